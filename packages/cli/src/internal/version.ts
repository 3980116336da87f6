/** The package's version; a test compares it with the manifest, which is not at hand in a bundle. */
export const version = "0.0.0"

/** What `--version` prints. */
export const line = `proxy-session/${version}`
