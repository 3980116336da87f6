/**
 * The programs of this machine that some tests are glad of.
 */
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { credentials } from "./stand-in.ts"

/** The environment of a program that is to know of nobody's credentials but the example's. */
export const environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_PAGER: "",
}

/** All programs of a name, the system's own first: it may come with libraries that others lack. */
export const programs = (name: string): ReadonlyArray<string> =>
  [...new Set(["/usr/bin", ...environment.PATH.split(delimiter)])]
    .map((folder) => join(folder, name))
    .filter(existsSync)
