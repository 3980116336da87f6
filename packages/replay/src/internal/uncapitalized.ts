/** The domain's name of a member that the wire names with a capital. */
export const uncapitalized = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1)
