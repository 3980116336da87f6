/**
 * The same tests at the same time, from another worker and so with another account.
 */
import "./rides.test.ts"
