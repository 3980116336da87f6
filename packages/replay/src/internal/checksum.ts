/** 64 bits, as two runs of FNV-1a from different beginnings: enough against accidents, and there on every platform. */
export const checksum = (text: string): string => {
  let one = 0x811c9dc5
  let other = 0x9747b28c
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    one = Math.imul(one ^ unit, 0x01000193)
    other = Math.imul(other ^ (unit + (index & 0xff)), 0x01000193)
  }
  return hex(one) + hex(other)
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0")
