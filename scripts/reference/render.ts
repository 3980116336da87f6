/**
 * Writes pages of the API reference as HTML that needs no script.
 */
import { firstSentence, type Module } from "./read.ts"

/** A package as the reference tells it. */
export interface Package {
  readonly name: string
  readonly description: string
  readonly modules: ReadonlyArray<Module>
}

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const inline = (text: string, link: (name: string) => string | undefined): string =>
  escape(text)
    .replaceAll(/\{@link (\w+)\}/gu, (_, name: string) => {
      const href = link(name)
      return href === undefined ? `<code>${name}</code>` : `<a href="${href}"><code>${name}</code></a>`
    })
    .replaceAll(/``? ?(.+?) ?``?/gu, "<code>$1</code>")
    .replaceAll(/\*\*(.+?)\*\*/gu, "<strong>$1</strong>")

const table = (block: string, link: (name: string) => string | undefined): string => {
  const rows = block.split("\n").map((row) => row.slice(1, -1).split("|"))
  const [head = [], , ...body] = rows
  const row = (cells: ReadonlyArray<string>, tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${inline(cell.trim(), link)}</${tag}>`).join("")}</tr>`
  return `<table>${row(head, "th")}${body.map((cells) => row(cells, "td")).join("")}</table>`
}

/** The Markdown of docstrings: paragraphs, lists, tables, and fences, which may hold blank lines. */
const markdown = (text: string, link: (name: string) => string | undefined): string =>
  text
    .split(/(^```\w*\n[\s\S]*?^```$)/gmu)
    .flatMap((part) => {
      const code = /^```\w*\n(?<code>[\s\S]*?)\n?```$/u.exec(part)?.groups?.["code"]
      if (code !== undefined) return [`<pre><code>${escape(code)}</code></pre>`]
      return part
        .split(/\n\n+/u)
        .map((block) => block.trim())
        .filter((block) => block !== "")
        .map((block) => {
          if (block.startsWith("|")) return table(block, link)
          if (!block.startsWith("- ")) return `<p>${inline(block, link)}</p>`
          return `<ul>${block
            .slice(2)
            .split(/\n- /u)
            .map((item) => `<li>${inline(item, link)}</li>`)
            .join("")}</ul>`
        })
    })
    .join("\n")

const page = (title: string, up: string, trail: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${up}style.css">
<nav>${trail}</nav>
<main>
<h1>${escape(title)}</h1>
${body}
</main>
</html>
`

const list = (rows: ReadonlyArray<readonly [href: string, name: string, text: string]>): string =>
  `<dl>${rows
    .map(([href, name, text]) => `<dt><a href="${href}">${escape(name)}</a></dt><dd>${text}</dd>`)
    .join("\n")}</dl>`

const said = (doc: string): string =>
  inline((firstSentence(doc) ?? "").replaceAll(/\{@link (\w+)\}/gu, "`$1`"), () => undefined)

const modulePage = (pkg: Package, module: Module, link: (name: string) => string | undefined): string => {
  const anchors = new Set<string>()
  const sections = module.exports.map(({ category, doc, name, signature }) => {
    // A schema and its type share a name.
    const anchor = anchors.has(name) ? `${name}-type` : name
    anchors.add(anchor)
    return `<section id="${anchor}">
<h2><a href="#${anchor}">${name}</a> <small>${escape(category ?? "")}</small></h2>
<pre><code>${escape(signature)}</code></pre>
${markdown(doc, link)}
</section>`
  })
  const path = `@proxy-session/${pkg.name}/${module.name}`
  const trail = `<a href="../index.html">Reference</a> / <a href="index.html">${pkg.name}</a>`
  return page(path, "../", trail, `${markdown(module.doc, link)}\n${sections.join("\n")}`)
}

/** The style of all pages, in light and in dark. */
export const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 60rem; padding: 1rem }
pre { overflow-x: auto; padding: 0.75rem; background: light-dark(#f4f4f2, #22242a); border-radius: 4px }
code { font: 0.9em ui-monospace, monospace }
a { color: light-dark(#0645ad, #8ab4f8) }
small { font-weight: normal; color: light-dark(#555, #aaa) }
section { border-top: 1px solid light-dark(#ddd, #444); margin-top: 2rem }
dt { margin-top: 0.5rem } td, th { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0 }
`

/** All pages by their path. */
export const pages = (packages: ReadonlyArray<Package>): ReadonlyMap<string, string> => {
  const all = new Map<string, string>([["style.css", style]])
  const front = packages.map(
    ({ description, name }) => [`${name}/index.html`, `@proxy-session/${name}`, escape(description)] as const,
  )
  all.set("index.html", page("Proxy Session: API reference", "", "", list(front)))
  for (const pkg of packages) {
    const modules = pkg.modules.map(({ doc, name }) => [`${name}.html`, name, said(doc)] as const)
    const trail = `<a href="../index.html">Reference</a>`
    const intro = `<p>${escape(pkg.description)}</p>`
    all.set(`${pkg.name}/index.html`, page(`@proxy-session/${pkg.name}`, "../", trail, intro + list(modules)))
    for (const module of pkg.modules) {
      const link = (name: string): string | undefined => {
        if (module.exports.some((each) => each.name === name)) return `#${name}`
        for (const other of [pkg, ...packages]) {
          const home = other.modules.find((each) => each.exports.some((exported) => exported.name === name))
          if (home !== undefined) return `../${other.name}/${home.name}.html#${name}`
        }
        return undefined
      }
      all.set(`${pkg.name}/${module.name}.html`, modulePage(pkg, module, link))
    }
  }
  return all
}
