import { z } from 'zod';
import type { Call } from './call.ts';
import { carriedSchema, jsonMember } from './json-schema.ts';
import type { ValueLink } from './value-link.ts';

/** What running it does to the other system. */
export type Effect = 'read' | 'write' | 'destroy';

/**
 * How a list goes on. `param` and `size.param` are inputs of the action; `items`, `token`, `count` and `total` are
 * members of its output (dotted when nested). `params` are members of the query of the address that the header `link` gives
 * for the page after this one (RFC 8288), and the inputs that they go into; the address itself is not followed.
 */
export type Pages =
  | { kind: 'none'; items: string }
  | { kind: 'token'; items: string; token: string; param: string; size?: PageSize }
  | { kind: 'number'; items: string; param: string; count: string; size?: PageSize }
  | { kind: 'offset'; items: string; param: string; total: string; size: PageSize }
  | { kind: 'link'; items: string; params: Readonly<Record<string, string>>; size?: PageSize };

export interface PageSize {
  param: string;
  /** The largest that the system serves. */
  max: number;
}

/** An answer as far as an action may look at it. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON, text or bytes by `accept`; undefined when the body is empty. */
  body: unknown;
}

/**
 * One operation of a system. Its input schema gives the SDK method, the CLI command, the form, the HTTP route and the
 * MCP tool.
 */
export interface Action<
  In extends z.ZodObject = z.ZodObject,
  Out extends z.ZodType = z.ZodType,
  P extends Pages | undefined = Pages | undefined,
> {
  readonly title: string;
  /** More for people than the title says. */
  readonly description?: string;
  readonly deprecated?: boolean;
  /** Address of the official documentation. */
  readonly docs: string;
  readonly effect: Effect;
  /** Sending it twice ends in the same state as sending it once: it may be retried. */
  readonly idempotent: boolean;
  /** Label of the budget that it is charged to. */
  readonly budget: string;
  /**
   * Any one of these is enough. Empty where the system has none, and where the input names the route, as that of
   * `raw.request` does: then it needs those of the route.
   */
  readonly scopes: readonly string[];
  /**
   * Keys in the connector's `auths`, of which any one will do; empty when it needs no proof. Without it, it is proved as
   * the connection is.
   */
  readonly auth?: readonly string[];
  /** What the account must have, beside the scope. */
  readonly plan?: string;
  /** Strict: what it does not know, it refuses. */
  readonly input: In;
  /** Loose: what it does not know, it keeps. */
  readonly output: Out;
  /** An input that passes. */
  readonly example: z.input<In>;
  readonly pages: P;
  /** The values that inputs may have, by JSON pointer into the input, such as `/project`. */
  readonly links?: Readonly<Record<string, ValueLink>>;
  /** Pure: input in, request as data out. */
  call(input: z.output<In>): Call;
  /** Makes the output from the answer when it is not simply the body. */
  read?(answer: Answer): unknown;
}

type ActionSpec<In extends z.ZodObject, Out extends z.ZodType, P extends Pages | undefined> = Omit<
  Action<In, Out, P>,
  'pages'
> & { pages?: P };

/** Declares an action. */
export function defineAction<
  In extends z.ZodObject,
  Out extends z.ZodType,
  const P extends Pages | undefined = undefined,
>(spec: ActionSpec<In, Out, P>): Action<In, Out, P> {
  return Object.freeze({ ...spec, pages: spec.pages as P });
}

/** Actions of a connector, by area and name: `meetings.get`. */
export type ActionTree = Readonly<Record<string, Readonly<Record<string, Action>>>>;

export type InputOf<A> = A extends Action<infer In> ? z.input<In> : never;
export type OutputOf<A> = A extends { output: infer Out extends z.ZodType } ? z.output<Out> : never;
export type ItemOf<A> = A extends { pages: { items: infer K extends string } }
  ? OutputOf<A> extends { [_ in K]?: (infer Item)[] | undefined }
    ? Item
    : unknown
  : never;

/** The member of a value at a dotted path; undefined when there is none. The empty path is the value itself. */
export function at(value: unknown, path: string): unknown {
  let here = value;
  if (path === '') return here;
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

const itemSchemas = new WeakMap<Action, z.ZodType>();

/** The schema of one item of a list action; accepts anything when the output does not say. */
export function itemSchema(action: Action): z.ZodType {
  const known = itemSchemas.get(action);
  if (known) return known;
  if (carriedSchema(action.output)) {
    const path = action.pages?.items.split('.').filter((key) => key !== '') ?? [];
    const item = jsonMember(action.output, path, true);
    itemSchemas.set(action, item);
    return item;
  }
  let here: z.ZodType | undefined = action.output;
  for (const key of action.pages?.items.split('.') ?? []) {
    here = unwrap(here);
    here = here instanceof z.ZodObject ? (here.shape[key] as z.ZodType | undefined) : undefined;
  }
  here = unwrap(here);
  const schema = here instanceof z.ZodArray ? (here.element as z.ZodType) : z.unknown();
  itemSchemas.set(action, schema);
  return schema;
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodNullable) {
    here = here.unwrap() as z.ZodType;
  }
  return here;
}
