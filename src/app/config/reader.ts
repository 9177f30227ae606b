import type { z } from 'zod';
import { Secret } from '../../core/secret.ts';
import { coerce, shown } from './check.ts';
import type { ConfigDocument, Path } from './document.ts';
import { pathText } from './document.ts';
import { problem } from './problem.ts';
import type { Problem } from './problem.ts';
import { explanations, leaf } from './settings.ts';
import type { Variables } from './variables.ts';

/** Where one setting may come from. */
export interface Origins<S extends z.ZodType> {
  schema: S;
  /** In the file; the first that is given counts. */
  paths?: readonly Path[];
  variable?: string;
}

/** Takes settings from the file or, where it does not name them, from the environment; notes where each came from. */
export class SettingsReader {
  readonly problems: Problem[] = [];
  readonly settings: Record<string, string> = {};
  readonly #document: ConfigDocument | undefined;
  readonly #variables: Variables;

  constructor(document: ConfigDocument | undefined, variables: Variables) {
    this.#document = document;
    this.#variables = variables;
  }

  /** The value of a setting; undefined when it is given nowhere or is wrong, which is a problem by then. */
  read<S extends z.ZodType>(
    name: string,
    { schema, paths = [], variable }: Origins<S>,
  ): z.output<S> | undefined {
    const path = this.given(paths);
    if (path) {
      this.settings[name] = this.where(path);
      const value = this.#document?.get(path);
      const result = schema.safeParse(value);
      if (result.success || typeof value !== 'string') return result.data;
      return schema.safeParse(coerce(value, schema)).data;
    }
    const value = variable === undefined ? undefined : this.#variables.get(variable);
    this.settings[name] = value === undefined || !variable ? 'default' : variable;
    if (value === undefined || !variable) return undefined;
    const result = schema.safeParse(coerce(value, schema));
    if (result.success) return result.data;
    const explanation = explanations.get(schema);
    this.problems.push(
      problem({
        source: variable,
        path: '',
        expected: explanation?.expected ?? 'another value',
        got: shown(value, explanation),
        example: `${variable}=${explanation?.example ?? ''}`,
      }),
    );
    return undefined;
  }

  /** A flag, which only the file can give. */
  flag(name: string, paths: readonly Path[], fallback: boolean): boolean {
    return this.read(name, { schema: leaf.flag, paths }) ?? fallback;
  }

  /** A secret; undefined when it is not given. */
  secret(name: string, origins: Origins<z.ZodString>): Secret | undefined {
    const value = this.read(name, origins);
    return value ? new Secret(value) : undefined;
  }

  /** A base address without its last slash: paths are appended with their own. */
  url(name: string, origins: Origins<z.ZodString>): string | undefined {
    return this.read(name, origins)?.replace(/\/+$/, '');
  }

  /** The first of these paths that the file gives a value. */
  given(paths: readonly Path[]): Path | undefined {
    return paths.find((path) => {
      const value = this.#document?.get(path);
      return value !== undefined && value !== '';
    });
  }

  /** `trunkline.yaml:4:17`, for a path that the file names. */
  where(path: Path): string {
    const spot = this.#document?.spot(path);
    return spot ? `${this.#document?.file}:${spot.value.line}:${spot.value.column}` : pathText(path);
  }
}
