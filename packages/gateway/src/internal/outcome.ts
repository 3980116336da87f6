import type { CallProgress, MessageProgress } from "../Carrier.ts"

/** What a store records of a call's progress; nothing before somebody answers, or nobody does. */
export const ofCall = (progress: CallProgress): "Answered" | "Failed" | undefined => {
  switch (progress) {
    case "answered":
    case "completed":
      return "Answered"
    case "busy":
    case "canceled":
    case "failed":
    case "no-answer":
      return "Failed"
    case "initiated":
    case "ringing":
      return undefined
  }
}

/** What a store records of a message's progress. */
export const ofMessage = (progress: MessageProgress): "Delivered" | "Failed" | undefined => {
  switch (progress) {
    case "delivered":
      return "Delivered"
    case "failed":
    case "undelivered":
      return "Failed"
    case "sending":
    case "sent":
      return undefined
  }
}
