/** The package's version; a test compares it with the manifest, which cannot be imported from compiled code. */
export const version = "0.0.0"
