import { createRequire } from 'node:module';
import type { Position, Problem } from './problem.ts';
import type * as Reading from './read-document.ts';

const load = createRequire(import.meta.url);
// `.ts` in the source tree, `.js` when compiled.
const ENDING = import.meta.url.slice(-3);

/** Names and list positions that lead to a setting. */
export type Path = readonly (string | number)[];

/** What is known of one setting besides its value. */
export interface Spot {
  /** Where its name stands; for items of a list, the item. */
  key: Position;
  value: Position;
  /** The text as written, when it held `${NAME}`. */
  template?: string;
  /** A problem was reported here: its value means nothing. */
  broken?: boolean;
}

/** A configuration file as plain values, with the place of each. */
export interface ConfigDocument {
  file: string;
  root: unknown;
  /** Its syntax is wrong: what seems to be missing may be there. */
  incomplete: boolean;
  problems: Problem[];
  /** Credentials whose own variable is not set. */
  unset: { variable: string; where: string }[];
  spot(path: Path): Spot | undefined;
  /** The value at a path; undefined when the file does not name it. */
  get(path: Path): unknown;
  set(path: Path, value: unknown): void;
}

/** How a path is shown: `connectors.zoom.plan`, `exclude.domains[1]`. */
export function pathText(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i > 0 ? `.${part}` : part)).join('');
}

/**
 * Reads a configuration file and fills in the variables. `own` gives the variable that a credential comes from
 * anyway: `"${ZOOM_CLIENT_ID}"` at `client_id` is no problem while unset, only a credential that is not there yet.
 * Texts in the blocks `asWritten` are left as they are.
 * The reader of YAML is read with the first file: whoever has none does not pay for it.
 */
export const readDocument: typeof Reading.readDocument = (...given) =>
  (load(`./read-document${ENDING}`) as typeof Reading).readDocument(...given);

/** The value at a path; undefined when there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof part === 'number') value = Array.isArray(value) ? value[part] : undefined;
    else value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return value ?? undefined;
}

/** Whether a value is a map of the file. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
