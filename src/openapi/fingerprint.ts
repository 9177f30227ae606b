import { createHash } from 'node:crypto';
import type { Definition, OperationSpec } from './definition.ts';
import { usedDefs } from './export-schema.ts';

/**
 * What of an operation decides whether a test of it still holds: how it is called, not what it is called or answers.
 */
export function fingerprintOf(definition: Definition, operation: OperationSpec): string {
  const { method, path, server = 'api', auth, body, answer } = operation;
  const parameters = operation.parameters.map((one) => ({
    ...one,
    title: undefined,
    description: undefined,
    deprecated: undefined,
  }));
  const proof = auth === undefined ? definition.auth : auth.map((name) => definition.auths?.[name]);
  const shapes = usedDefs([parameters, body], definition.$defs ?? {});
  const what = [method, path, definition.servers[server], proof, parameters, body, answer, shapes];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32);
}
