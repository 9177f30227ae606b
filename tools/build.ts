/**
 * Builds `src` into `dist`, or into the folder given, and checks that package.json points at what is there: the types
 * file by file, the programs in few files, as reading many costs more than running them (docs/performance.md).
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle, type ChunkingContext as Modules } from 'rolldown';

const root = dirname(import.meta.dirname);
const src = join(root, 'src');

/** Packages of which a part becomes ours: the rest, such as fifty languages of zod, is not read at all. */
const TAKEN_IN = ['zod', 'yaml'];

/** Modules that read others by their path, when they are first needed. */
const LOADERS = ['catalog.ts', 'app/config/document.ts'];

interface PackageFile {
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
}

/**
 * Builds into a folder, which is emptied first.
 * @throws Error when the compiler or the bundler complains, or a target of package.json is missing
 */
export async function build(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageFile;
  const targets = [
    ...Object.values(bin),
    ...Object.values(exports).flatMap((one) => (typeof one === 'string' ? [one] : Object.values(one))),
  ].filter((target) => target.startsWith('./dist/'));
  writeTypes(out);
  await writePrograms(out, targets);
  const inOut = (target: string) => join(out, relative('dist', target));
  const missing = targets.filter((target) => !existsSync(inOut(target)));
  if (missing.length > 0) throw new Error(`package.json names what was not built: ${missing.join(', ')}`);
  for (const program of Object.values(bin)) {
    const file = inOut(program);
    if (!/^#!\/usr\/bin\/env (-S )?node\b/.test(readFileSync(file, 'utf8'))) {
      throw new Error(`${program} does not begin with #!/usr/bin/env node, so it cannot be run as a command`);
    }
    chmodSync(file, 0o755);
  }
}

function writeTypes(out: string): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  // Several checkers work out the same types again: on two cores that is twice the work and no sooner done.
  const project = ['-p', join(root, 'tsconfig.build.json'), '--singleThreaded'];
  const options = [...project, '--emitDeclarationOnly', '--outDir', out];
  execFileSync(process.execPath, [compiler, ...options], { stdio: ['ignore', 2, 2] });
}

async function writePrograms(out: string, targets: readonly string[]): Promise<void> {
  const entries = [
    ...targets.filter((target) => target.endsWith('.js')).map((target) => relative('dist', target)),
    ...LOADERS.flatMap(loadedBy),
  ].map((path) => path.replace(/\.[jt]s$/, ''));
  // Who asks where it stands finds its neighbours from there, so it stays there.
  const fixed = new Set(
    globSync('**/*.ts', { cwd: src }).filter((path) =>
      readFileSync(join(src, path), 'utf8').includes('import.meta'),
    ),
  );
  await bundle({
    input: Object.fromEntries(entries.map((entry) => [entry, join(src, `${entry}.ts`)])),
    platform: 'node',
    external: (id) => !/^\.|\0/.test(id) && !isAbsolute(id) && !TAKEN_IN.includes(id),
    // What is imported where needed for the command line is in the way of nobody when it is there already.
    checks: { ineffectiveDynamicImport: false },
    output: {
      dir: out,
      format: 'esm',
      chunkFileNames: ({ name }) => (fixed.has(`${name}.ts`) ? '[name].js' : 'chunks/[name]-[hash].js'),
      codeSplitting: {
        groups: [
          { debugName: 'places', name: (id) => placeOf(id, fixed), priority: 2 },
          // What the command reads to say its version stays apart from the rest of the SDK.
          { debugName: 'base', name: readWith(['index.ts', 'cli/main.ts'], 'base'), priority: 1 },
          { debugName: 'sdk', name: readWith(['index.ts'], 'sdk'), priority: 0 },
        ],
      },
      banner: ({ name }) => licenceOf(name),
    },
  });
}

/** What a module reads by its path. */
function loadedBy(loader: string): string[] {
  const paths = readFileSync(join(src, loader), 'utf8').matchAll(/load\(`(\.\/[\w/-]+)\$/g);
  return Array.from(paths, ([, path = '']) => join(dirname(loader), `${path}.ts`));
}

/** Puts into one file what is read at once with each of these. */
function readWith(paths: readonly string[], name: string): (id: string, modules: Modules) => string | null {
  let read: ReadonlySet<string> | undefined;
  return (id, modules) => {
    read ??= paths
      .map((path) => withImports(join(src, path), modules))
      .reduce((both, next) => both.intersection(next));
    return read.has(id) ? name : null;
  };
}

/** A module and all that it cannot do without. */
function withImports(id: string, modules: Modules): Set<string> {
  const found = new Set([id]);
  for (const one of found) for (const next of modules.getModuleInfo(one)?.importedIds ?? []) found.add(next);
  return found;
}

/** The name of the file that a module goes to; null where the bundler is free to choose. */
function placeOf(id: string, fixed: ReadonlySet<string>): string | null {
  const taken = TAKEN_IN.find((name) => id.includes(`/node_modules/${name}/`));
  const path = relative(src, id);
  return taken ?? (fixed.has(path) ? path.replace(/\.ts$/, '') : null);
}

/** Their licences want to be passed on with a copy. */
function licenceOf(name: string): string {
  if (!TAKEN_IN.includes(name)) return '';
  return `/*!\n${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim()}\n*/`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const out = resolve(process.argv[2] ?? join(root, 'dist'));
  await build(out);
  process.stderr.write(`built ${relative(process.cwd(), out) || '.'}\n`);
}
