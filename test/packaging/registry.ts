import { spawnSync } from "node:child_process"

/** What npm says where there is no way to a registry at all; whatever else it says is a failure to be seen. */
const unreachable =
  /\b(?:EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ENOTCACHED|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/u

/** Whether npm's registry can be reached. */
export const isOnline = (): boolean => {
  const { status, stderr } = spawnSync("npm", ["view", "effect", "version", "--fetch-retries=1"], {
    encoding: "utf8",
    timeout: 30_000,
  })
  if (status === 0) return true
  // No answer in half a minute is no way, either.
  if (status === null || unreachable.test(stderr)) return false
  throw new Error(`npm fails, and not for want of a network:\n${stderr}`)
}
