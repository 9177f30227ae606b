import { importCurl } from '../../openapi/curl.ts';
import { operationByHand } from '../../openapi/by-hand.ts';
import type { OperationSpec } from '../../openapi/definition.ts';
import type { AddOrder } from './types.ts';

/** An operation that somebody wants to add, and what came with it. */
export interface NewOperation {
  operation: OperationSpec;
  server: string | undefined;
  name: string;
  /** Of a connector that is made with it. */
  auth: unknown;
  /** What was left out of it, and why; never a secret. */
  notes: string[];
}

/** @throws ConnectorError of kind `input` when it cannot be read */
export function operationOf({ operation, curl }: AddOrder): NewOperation {
  if (curl === undefined) return { ...operationByHand(operation), auth: undefined, notes: [] };
  const { name, credentials, notes, ...made } = importCurl(curl);
  const secrets = Object.keys(credentials);
  const kept =
    secrets.length === 0
      ? []
      : [`${secrets.join(', ')} stood on the line and was not kept: give it to the connection`];
  return { ...made, name: `${name.area}.${name.name}`, notes: [...notes, ...kept] };
}
