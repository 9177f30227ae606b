import type { Faults } from './faults.ts';
import type { References } from './references.ts';
import type { Dialect, Schemas } from './schemas.ts';
import type { Raw } from './raw-value.ts';

/** A document while it is being imported. */
export interface Source {
  root: Raw;
  dialect: Dialect;
  faults: Faults;
  refs: References;
  schemas: Schemas;
  /** How often something was met that an import does not take over, by its name. */
  ignored: Map<string, number>;
}

export function ignore(source: Source, what: string): void {
  const count = source.ignored.get(what);
  if (count !== undefined || source.ignored.size < 200) source.ignored.set(what, (count ?? 0) + 1);
}

/** Counts the extensions of an object that mean nothing to us. */
export function ignoreExtensions(source: Source, raw: Raw, known: ReadonlySet<string>): void {
  for (const key of Object.keys(raw)) if (key.startsWith('x-') && !known.has(key)) ignore(source, key);
}
