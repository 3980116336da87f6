/**
 * Runtimes as npm packages that are a program and nothing else: none has an install script.
 */
export const runtimes = {
  bun: { package: "npm:@oven/bun-linux-x64@1.4.5", command: "bin/bun" },
  deno: { package: "npm:@deno/linux-x64-glibc@2.9.6", command: "deno" },
  workerd: { package: "npm:@cloudflare/workerd-linux-64@1.20261117.1", command: "bin/workerd" },
}

/** Why they cannot be tried here, or nothing. */
export const unfit: string | undefined =
  process.platform === "linux" && process.arch === "x64"
    ? undefined
    : `their packages for ${process.platform} on ${process.arch} were never tried`
