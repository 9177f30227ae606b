import { createRequire } from 'node:module';
import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { checkable, toRegExp } from './json-checkable.ts';
import { faultsOf, type Followed, type SchemaFault } from './json-faults.ts';
import { isLongWhole, plainJson } from './json-numbers.ts';
import {
  innerSchemas,
  isObject,
  type JsonSchema,
  reachable,
  refTarget,
  type SchemaTable,
} from './json-walk.ts';

export type { SchemaFault } from './json-faults.ts';

/** A schema that values are checked against. */
export interface Check {
  faults(value: unknown): SchemaFault[];
  /** What is not checked, with the reason: such parts accept every value. */
  unchecked(): string[];
}

type Direction = 'input' | 'output';

/**
 * Prepares a check. What cannot be compiled accepts every value, so that one bad pattern costs the check of one text and
 * not the operation.
 */
export function createCheck(schema: JsonSchema, defs: SchemaTable, direction: Direction): Check {
  const room = roomOf(defs, direction);
  let made: ValidateFunction | undefined;
  const compiled = () => (made ??= room.compile(schema));
  return {
    faults(value) {
      const validate = compiled();
      try {
        if (validate(value)) return [];
        // JSON has neither bigint nor bytes: only who calls from code can have brought them.
        const plain = plainJson(value);
        if (plain !== value && validate(plain)) return [];
      } catch (error) {
        // A definition that is nothing but itself, or a value nested without end: the stack ends first.
        if (error instanceof RangeError) return [];
        throw error;
      }
      return faultsOf(validate.errors ?? [], defs);
    },
    unchecked() {
      compiled();
      return room.unchecked(schema);
    },
  };
}

/** The checks of one table of definitions, each compiled once however many schemas refer to it. */
class Room {
  readonly #defs: SchemaTable;
  readonly #direction: Direction;
  readonly #ajv: Ajv2020;
  readonly #targets = new Map<string, ValidateFunction>();
  readonly #failed = new Map<JsonSchema, string>();

  constructor(defs: SchemaTable, direction: Direction) {
    this.#defs = defs;
    this.#direction = direction;
    this.#ajv = newAjv((ref) => this.#target(ref));
  }

  compile(schema: JsonSchema): ValidateFunction {
    try {
      return this.#ajv.compile(this.#prepare(schema, () => undefined));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#failed.set(schema, `nothing of it can be checked: ${reason}`);
      return this.#ajv.compile(true);
    }
  }

  /** What of a schema, and of all that it leads to, is left out of its check, as far as that is known by now. */
  unchecked(schema: JsonSchema): string[] {
    const parts: [string, JsonSchema][] = [['', schema]];
    for (const name of reachable(schema, this.#defs)) parts.push([`${name}: `, this.#defs[name] ?? true]);
    return parts.flatMap(([where, part]) => {
      const failed = this.#failed.get(part);
      const reasons: string[] = [];
      if (failed === undefined) this.#prepare(part, (reason) => reasons.push(reason));
      return [...(failed === undefined ? [] : [failed]), ...reasons].map((reason) => where + reason);
    });
  }

  #target(ref: string): ValidateFunction {
    let known = this.#targets.get(ref);
    if (!known) this.#targets.set(ref, (known = this.compile(refTarget(ref, this.#defs) ?? true)));
    return known;
  }

  #prepare(schema: JsonSchema, note: (reason: string) => void): JsonSchema {
    const about = { defs: this.#defs, direction: this.#direction, note };
    const names = tracksMembers(schema, this.#defs);
    if (names === undefined) return checkable(schema, { ...about, lazy: true });
    const root = checkable(schema, { ...about, lazy: false });
    if (!isObject(root)) return root;
    const inside = names.map((name) => [
      name,
      checkable(this.#defs[name] ?? true, { ...about, lazy: false, note: () => undefined }),
    ]);
    return { ...root, $defs: Object.fromEntries(inside) };
  }
}

/** The definitions that a schema needs, when one of them asks which members others have looked at; else undefined. */
function tracksMembers(schema: JsonSchema, defs: SchemaTable): string[] | undefined {
  if (!isObject(schema) || !hasUnevaluated(schema)) return undefined;
  return reachable(schema, defs);
}

function hasUnevaluated(schema: JsonSchema): boolean {
  const waiting: JsonSchema[] = [schema];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    if (isObject(here) && ('unevaluatedProperties' in here || 'unevaluatedItems' in here)) return true;
    for (const inner of innerSchemas(here)) waiting.push(inner);
  }
  return false;
}

// As long as the connector lives whose definitions they are.
const rooms = new WeakMap<SchemaTable, Partial<Record<Direction, Room>>>();

function roomOf(defs: SchemaTable, direction: Direction): Room {
  let known = rooms.get(defs);
  if (!known) rooms.set(defs, (known = {}));
  return (known[direction] ??= new Room(defs, direction));
}

const load = createRequire(import.meta.url);

// Read when the first value is checked: whoever has no connector without code does not pay its 50 ms.
function newAjv(target: (ref: string) => ValidateFunction): Ajv2020 {
  const { Ajv2020 } = load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const { default: addFormats } = load('ajv-formats') as typeof import('ajv-formats');
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    verbose: true,
    // Not its metaschema, whose compilation alone takes 50 ms: `checkable` leaves in only what is well formed.
    meta: false,
    validateSchema: false,
    logger: false,
    // Patterns are tried with the flag u, which JSON Schema asks for, and without it, as most of them are written.
    code: { regExp: Object.assign(toRegExp, { code: 'new RegExp' }) },
  });
  addFormats.default(ajv);
  // Sent and received as numbers; formats that people write beside `type: string` say nothing of the text.
  for (const format of ['int32', 'int64', 'float', 'double']) ajv.addFormat(format, true);
  ajv.addKeyword({
    keyword: 'wholeNumberText',
    type: 'string',
    validate: (_: unknown, text: string) => isLongWhole(text),
  });
  ajv.addKeyword({ keyword: 'lazyRef', errors: 'full', validate: follow });
  return ajv;

  // A definition is compiled when a value gets to it: of the thousands that a large API has, one call meets a few. Ajv
  // itself compiles all that a schema leads to, each inside the one before, until the stack ends.
  function follow(ref: string, value: unknown, _: unknown, at?: { instancePath: string }): boolean {
    const validate = target(ref);
    const fits = validate(value);
    // Read at once: the next value that gets here overwrites it.
    const errors = fits ? [] : (validate.errors ?? []);
    (follow as { errors?: Followed[] }).errors = errors.map((error: Followed) => {
      const { data, schema, parentSchema } = error;
      const inside = error.schemaPath.startsWith('#/$defs/');
      const schemaPath = inside ? error.schemaPath : ref + error.schemaPath.slice(1);
      // Ajv writes the place of the reference over what each error says of itself, but for the way to the value.
      const origin = error.origin ?? { schemaPath, data, schema, parentSchema };
      return { ...error, instancePath: (at?.instancePath ?? '') + error.instancePath, origin };
    });
    return fits;
  }
}
