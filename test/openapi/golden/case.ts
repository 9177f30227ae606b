import type { DefinitionInput } from '../../../src/openapi/definition.ts';

type OperationInput = DefinitionInput['actions'][string][string];

/** One request: what a definition says, what is put in, and the bytes that must come of it. */
export interface Case {
  name: string;
  /** Without a method it is GET, without a path `/x`. */
  operation: Partial<OperationInput>;
  input?: Record<string, unknown>;
  /** Of the connector, beside the operation. */
  definition?: Partial<DefinitionInput>;
  /** What is given in place of the loopback address, and in which connection it is called. */
  connection?: { variables?: Record<string, string>; auth?: string; server?: 'of the definition' };
  credentials?: Record<string, string>;
  /** Method and target of the request line. */
  line?: string;
  /** By name in small letters; null for one that must not be there. */
  headers?: Record<string, string | null>;
  /** The boundary of a multipart body stands as `B`. Empty when left out. */
  body?: string | Uint8Array;
  /** In place of a request: the inputs that are refused, each with what is said of it. */
  refused?: Record<string, string>;
}

type Parameter = NonNullable<OperationInput['parameters']>[number];

/** A case of one parameter. */
export function one(
  place: Parameter['in'],
  name: string,
  how: Partial<Parameter>,
  value: unknown,
  rest: Omit<Case, 'name' | 'operation' | 'input'> & { path?: string },
): Case {
  const { path, ...expected } = rest;
  const spelling = Object.entries({ ...how, schema: undefined })
    .filter(([, set]) => set !== undefined)
    .map(([key, set]) => `${key} ${String(set)}`)
    .join(' ');
  return {
    name: `${place} ${name} ${spelling || 'as usual'}: ${show(value)}`,
    operation: {
      path: path ?? (place === 'path' ? `/x/{${name}}` : '/x'),
      parameters: [{ name, in: place, ...how }],
    },
    input: { [name]: value },
    ...expected,
  };
}

function show(value: unknown): string {
  return typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? 'nothing');
}
