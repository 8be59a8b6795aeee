// Bundle src/*.ts, one module an island, into kg/web/static/dist with a manifest and the licences of what is in it.
// The same sources and lock make the same bytes.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "kg", "web", "static", "dist");
const fresh = `${target}.new`;

const entries = readdirSync(join(here, "src"))
  .filter((name) => /^[a-z]+\.ts$/.test(name))
  .sort();

rmSync(fresh, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: entries.map((name) => `src/${name}`),
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  minify: true,
  charset: "utf8",
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".png": "dataurl", ".svg": "dataurl" },
  metafile: true,
  logLevel: "warning",
});

const outputs = new Map(Object.entries(metafile.outputs).map(([path, it]) => [basename(path), it]));
const manifest = {};
for (const [name, it] of [...outputs].sort()) {
  if (!it.entryPoint || !name.endsWith(".js")) continue;
  manifest[basename(it.entryPoint, ".ts")] = {
    scripts: [name],
    styles: it.cssBundle ? [basename(it.cssBundle)] : [],
    imports: chunks(it).sort(),
  };
}
write("manifest.json", `${JSON.stringify(manifest, null, 1)}\n`);
write("LICENSES.txt", licences());
rmSync(target, { recursive: true, force: true });
mkdirSync(dirname(target), { recursive: true });
renameSync(fresh, target);
report();

/** The chunks that an output needs, those of its chunks too. */
function chunks(output, found = new Set()) {
  for (const { path, kind } of output.imports) {
    const name = basename(path);
    if (kind !== "import-statement" || found.has(name)) continue;
    found.add(name);
    chunks(outputs.get(name), found);
  }
  return [...found];
}

/** The licence of every package that may be in the bundle, as its authors wrote it. */
function licences() {
  const { packages } = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8"));
  const texts = Object.entries(packages)
    .filter(([path, it]) => path && !it.dev && !it.optional)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, it]) => {
      const heading = `${path.replace(/^.*node_modules\//, "")} ${it.version} (${it.license ?? "see below"})`;
      const files = readdirSync(join(here, path), { withFileTypes: true, recursive: true })
        .filter(
          (file) =>
            file.isFile() &&
            /^(licen[cs]e|notice|copying)/i.test(file.name) &&
            !/node_modules|\.[jt]s$/.test(relative(join(here, path), join(file.parentPath, file.name))),
        )
        .map((file) => join(file.parentPath, file.name))
        .sort();
      return [heading, "-".repeat(heading.length), ...files.map((file) => readFileSync(file, "utf8").trim())].join(
        "\n",
      );
    });
  return `${texts.join("\n\n\n")}\n`;
}

function write(name, text) {
  writeFileSync(join(fresh, name), text);
}

function report() {
  for (const [name, { scripts, styles, imports }] of Object.entries(manifest)) {
    const files = [...scripts, ...styles, ...imports].map((it) => readFileSync(join(target, it)));
    const kb = (sizes) => (sizes.reduce((sum, it) => sum + it, 0) / 1000).toFixed(1).padStart(7);
    console.log(
      `${name.padEnd(8)} ${kb(files.map((it) => it.length))} kB  gzip ${kb(files.map((it) => gzipSync(it).length))} kB`,
    );
  }
}
