/**
 * Charts as SVG text, in the reader's colours: light, or dark where the system is.
 */

const width = 760

const style = `
  svg { color-scheme: light dark }
  .paper { fill: #ffffff }
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 }
  .soft { fill: #59636e; font-size: 12px }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .a { fill: #0969da; stroke: #0969da }
  .b { fill: #bc4c00; stroke: #bc4c00 }
  .c { fill: #1a7f37; stroke: #1a7f37 }
  .d { fill: #8250df; stroke: #8250df }
  .e { fill: #bf3989; stroke: #bf3989 }
  .f { fill: #9a6700; stroke: #9a6700 }
  .g { fill: #57606a; stroke: #57606a }
  .other { fill: #8c959f; stroke: #8c959f }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  text.a, text.b, text.c, text.d, text.e, text.f, text.g { stroke: none; font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 }
    text { fill: #f0f6fc }
    .soft { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .a { fill: #4493f8; stroke: #4493f8 }
    .b { fill: #f0883e; stroke: #f0883e }
    .c { fill: #3fb950; stroke: #3fb950 }
    .d { fill: #ab7df8; stroke: #ab7df8 }
    .e { fill: #db61a2; stroke: #db61a2 }
    .f { fill: #d29922; stroke: #d29922 }
    .g { fill: #9198a1; stroke: #9198a1 }
    .other { fill: #656c76; stroke: #656c76 }
  }
`

const escaped = (text: string) => text.replace(/&/gu, "&amp;").replace(/</gu, "&lt;")

const document = (title: string, note: string, height: number, content: ReadonlyArray<string>) =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    `<text class="title" x="20" y="32">${escaped(title)}</text>`,
    `<text class="soft" x="20" y="54">${escaped(note)}</text>`,
    ...content,
    "</svg>\n",
  ].join("\n")

export interface Bar {
  readonly name: string
  readonly value: number
  readonly isOurs: boolean
  /** Cells to the right of the bar. */
  readonly more: ReadonlyArray<string>
}

/** Horizontal bars, each with its value and further cells under headings. */
export const bars = (options: {
  readonly title: string
  readonly note: string
  readonly unit: string
  readonly headings: ReadonlyArray<string>
  readonly bars: ReadonlyArray<Bar>
}): string => {
  const left = 300
  const room = 205
  const top = 92
  const step = 26
  const largest = Math.max(...options.bars.map(({ value }) => value))
  const cell = (index: number) => left + room + 110 + index * 65
  return document(options.title, options.note, top + options.bars.length * step + 12, [
    `<text class="soft" x="${left}" y="${top - 12}">${escaped(options.unit)}</text>`,
    ...options.headings.map(
      (heading, i) => `<text class="soft" text-anchor="end" x="${cell(i)}" y="${top - 12}">${escaped(heading)}</text>`,
    ),
    ...options.bars.flatMap(({ isOurs, more, name, value }, row) => {
      const y = top + row * step
      const length = Math.max((value / largest) * room, 1)
      return [
        `<text text-anchor="end" x="${left - 10}" y="${y + 14}">${escaped(name)}</text>`,
        `<rect class="${isOurs ? "a" : "other"}" stroke="none" x="${left}" y="${y}" width="${length.toFixed(1)}" height="19" rx="2"/>`,
        `<text x="${(left + length + 6).toFixed(1)}" y="${y + 14}">${value.toFixed(2)}</text>`,
        ...more.map((text, i) => `<text text-anchor="end" x="${cell(i)}" y="${y + 14}">${escaped(text)}</text>`),
      ]
    }),
  ])
}

export interface Line {
  readonly name: string
  readonly points: ReadonlyArray<readonly [x: number, y: number]>
}

const short = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1e4 ? `${value / 1e3}k` : String(Number(value.toPrecision(4)))

/** A round number that is no less. */
const roundUp = (value: number): number => {
  const magnitude = 10 ** Math.floor(Math.log10(value))
  return magnitude * ([1, 1.5, 2, 3, 4, 5, 6, 8].find((factor) => factor * magnitude >= value) ?? 10)
}

/** Lines over a logarithmic axis, from nought. */
export const lines = (options: {
  readonly title: string
  readonly note: string
  readonly x: string
  readonly y: string
  readonly lines: ReadonlyArray<Line>
}): string => {
  const [left, right] = [70, width - 30]
  // The names of the lines, two in a row.
  const top = 86 + Math.ceil(options.lines.length / 2) * 20
  const bottom = top + 240
  const all = options.lines.flatMap(({ points }) => points)
  const xs = [...new Set(all.map(([x]) => x))].toSorted((one, other) => one - other)
  const ticks = xs.length <= 8 ? xs : xs.filter((x) => Number.isInteger(Math.log10(x)))
  const first = Math.log(xs[0] ?? 1)
  const span = Math.log(xs.at(-1) ?? 1) - first || 1
  const largest = roundUp(Math.max(...all.map(([, y]) => y)))
  const atX = (x: number) => (left + ((Math.log(x) - first) / span) * (right - left)).toFixed(1)
  const atY = (y: number) => (bottom - (y / largest) * (bottom - top)).toFixed(1)
  const classes = ["a", "b", "c", "d", "e", "f", "g"]
  return document(options.title, options.note, bottom + 56, [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      `<line class="grid" x1="${left}" x2="${right}" y1="${atY(share * largest)}" y2="${atY(share * largest)}"/>`,
      `<text class="soft" text-anchor="end" x="${left - 8}" y="${Number(atY(share * largest)) + 4}">${short(share * largest)}</text>`,
    ]),
    ...ticks.map((x) => `<text class="soft" text-anchor="middle" x="${atX(x)}" y="${bottom + 18}">${short(x)}</text>`),
    `<text class="soft" text-anchor="middle" x="${(left + right) / 2}" y="${bottom + 40}">${escaped(options.x)}</text>`,
    `<text class="soft" x="20" y="${top - 14}">${escaped(options.y)}</text>`,
    ...options.lines.flatMap(({ name, points }, i) => {
      const colour = classes[i % classes.length] ?? "a"
      return [
        `<text class="${colour}" x="${left + (i % 2) * 340}" y="${78 + Math.floor(i / 2) * 20}">${escaped(name)}</text>`,
        `<polyline class="${colour} line" style="fill: none" points="${points.map(([x, y]) => `${atX(x)},${atY(y)}`).join(" ")}"/>`,
        ...points.map(([x, y]) => `<circle class="${colour}" cx="${atX(x)}" cy="${atY(y)}" r="3.5"/>`),
      ]
    }),
  ])
}
