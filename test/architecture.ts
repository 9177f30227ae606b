/** Reads imports and uses of the world from source text, and compares them with a table of rooms. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/** Source text by its path from the root of the repository, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/** One import, of a file of ours or of a package. */
export interface Import {
  from: string;
  /** Path from the root, or the name of a package such as `zod` or `node:fs`. */
  to: string;
  ours: boolean;
}

/** The rooms of `src`, and what each may use. A room is a folder of `src`, or a file that has a row of its own. */
export interface HousePlan {
  /** Room → rooms that it may import, beside itself. */
  rooms: Readonly<Record<string, readonly string[]>>;
  /** Package → places (paths below `src`) that may import it. `*` is everywhere. */
  packages: Readonly<Record<string, readonly string[]>>;
  /** Room → the only built-in modules of Node that it may import. A room that is not named may import all. */
  builtIns: Readonly<Record<string, readonly string[]>>;
  /** What is not ours: pattern → places (paths below `src`) that may use it. */
  world: Readonly<Record<string, { pattern: RegExp; places: readonly string[] }>>;
  /** Who may name a connector: catalog and entry files. */
  mayNameConnectors: readonly string[];
}

const CODE = /\.(?:ts|tsx|mts|js|mjs)$/;

/** All source files below some folders of the repository. */
export function readSources(root: string, folders: readonly string[]): Map<string, string> {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const path of filesBelow(root, folder)) {
      if (CODE.test(path)) sources.set(path, readFileSync(`${root}/${path}`, 'utf8'));
    }
  }
  return sources;
}

/** Paths of all files below a folder, from the root; none when there is no such folder. */
export function filesBelow(root: string, folder: string): string[] {
  try {
    return readdirSync(`${root}/${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) => posix.relative(root, posix.join(entry.parentPath, entry.name)))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const STRING = String.raw`'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"`;
const TEMPLATE = '`(?:[^`\\\\]|\\\\[^])*`';
const REGEX = String.raw`(?<=(?:[(,=:[!&|?{};+]|=>|return)\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*`;
const COMMENT = String.raw`\/\*[^]*?\*\/|\/\/[^\n]*`;
const PIECES = new RegExp(`(${STRING}|${TEMPLATE})|(${REGEX})|(${COMMENT})`, 'g');

/** The source without comments, regular expressions and the text of strings; `text` says what a string becomes. */
export function codeOf(source: string, text: (literal: string) => string = bare): string {
  return source.replaceAll(PIECES, (piece, literal?: string, regex?: string) => {
    if (regex !== undefined) return '/x/';
    return literal === undefined ? piece.replaceAll(/[^\n]/g, ' ') : text(literal);
  });
}

// What a template computes is code, so its whole text stays.
function bare(literal: string): string {
  return literal.startsWith('`') ? literal : "''";
}

// `from 'x'` of an import or export, `import 'x'`, and `import('x')` of values and of types.
const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*)'(\d+)'/g;
const COMPUTED = /\bimport\s*\(\s*[^'\s)]/;

/** Every import of a file, static and dynamic. */
export function importsOf(from: string, source: string): Import[] {
  const strings: string[] = [];
  // Strings stand as numbers meanwhile, so that no text is taken for an import.
  const code = codeOf(source, (literal) => `'${strings.push(literal.slice(1, -1)) - 1}'`);
  const found = [...code.matchAll(SPECIFIER)].map((match) => {
    const name = strings[Number(match[1])] ?? '';
    if (name.startsWith('.')) return { from, to: posix.join(posix.dirname(from), name), ours: true };
    return { from, to: builtinModules.includes(name) ? `node:${name}` : name, ours: false };
  });
  // A path made while running cannot be checked, so it counts as a fault whatever it is.
  return COMPUTED.test(code) ? [...found, { from, to: '(computed)', ours: false }] : found;
}

/** The room of a file: `src/core/call.ts` is in `core`, `src/entry/zoom.ts` in itself when it has a row. */
export function roomOf(plan: HousePlan, path: string): string {
  const inside = path.replace(/^src\//, '');
  return inside in plan.rooms ? inside : (inside.split('/')[0] as string);
}

/** Everything that breaks the plan, a sentence each. */
export function faultsOf(plan: HousePlan, sources: Sources): string[] {
  const faults: string[] = [];
  for (const [path, source] of sources) {
    for (const one of importsOf(path, source)) {
      const fault = importFault(plan, one);
      if (fault !== undefined) faults.push(`${path} → ${one.to}: ${fault}`);
    }
    faults.push(...worldFaults(plan, path, source));
  }
  return faults;
}

function importFault(plan: HousePlan, one: Import): string | undefined {
  const room = roomOf(plan, one.from);
  const allowed = plan.rooms[room];
  if (allowed === undefined) return `${room} has no row in the table of rooms`;
  if (!one.ours) return packageFault(plan, room, one);
  if (!one.to.startsWith('src/')) return 'src imports nothing outside src';
  const target = roomOf(plan, one.to);
  if (target !== room) {
    return allowed.includes(target) ? undefined : `${room} may import ${list(allowed)} only`;
  }
  const [mine, theirs] = [connectorOf(one.from), connectorOf(one.to)];
  if (mine !== undefined && mine !== theirs) return `the connector ${mine} may not import another connector`;
  return undefined;
}

function packageFault(plan: HousePlan, room: string, { from, to }: Import): string | undefined {
  if (to === '(computed)') return 'the path of an import must be a literal, so that it can be checked';
  if (to.startsWith('node:')) {
    const known = plan.builtIns[room];
    return known === undefined || known.includes(to)
      ? undefined
      : `of Node, ${room} may import ${list(known)} only`;
  }
  const name = to
    .split('/')
    .slice(0, to.startsWith('@') ? 2 : 1)
    .join('/');
  const places = plan.packages[name];
  if (places === undefined) return `${name} is not in the table of packages`;
  // The sandbox has to be able to disagree with the rest, so it shares nothing with it.
  if (room === 'sandbox') return 'sandbox may import itself and node: only';
  return places.some((place) => isIn(from, place)) ? undefined : `${name} is for ${list(places)} only`;
}

function worldFaults(plan: HousePlan, path: string, source: string): string[] {
  const code = codeOf(source);
  return Object.entries(plan.world).flatMap(([name, { pattern, places }]) => {
    if (places.some((place) => isIn(path, place)) || !pattern.test(code)) return [];
    // A function that was handed in under the same name is what the rule asks for.
    if (name === 'fetch' && FETCH_HANDED_IN.test(code) && !code.includes('globalThis.fetch')) return [];
    return [`${path} uses ${name}: only ${list(places)} may`];
  });
}

const FETCH_HANDED_IN = /[{(,]\s*fetch\s*(?=[,}:)])/;

/** Connectors that cannot be deleted: named outside of their folder by something that may not. */
export function deletionFaults(plan: HousePlan, sources: Sources): string[] {
  const faults: string[] = [];
  for (const [path, source] of sources) {
    if (plan.mayNameConnectors.some((place) => isIn(path, place))) continue;
    for (const { to, ours } of importsOf(path, source)) {
      const connector = ours ? connectorOf(to) : undefined;
      if (connector !== undefined && connector !== connectorOf(path)) {
        faults.push(`${path} → ${to}: only ${list(plan.mayNameConnectors)} may name a connector`);
      }
    }
  }
  return faults;
}

function connectorOf(path: string): string | undefined {
  return /^src\/connectors\/([^/]+)\//.exec(path)?.[1];
}

function isIn(path: string, place: string): boolean {
  const inside = path.replace(/^src\//, '');
  return place === '*' || inside === place || inside.startsWith(`${place}/`);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
