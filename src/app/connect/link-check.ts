import { ConnectorError } from '../../core/errors.ts';
import type { Definition } from '../../openapi/definition.ts';
import { linkFaults } from '../../openapi/link-check.ts';

/**
 * Refuses links that cannot work, but for those that could not before: a document may bring such.
 * @throws ConnectorError of kind `input` with each of them
 */
export function checkLinks(definition: Definition, before: Definition | undefined): void {
  const known = new Set((before ? linkFaults(before) : []).map((one) => JSON.stringify(one)));
  const faults = linkFaults(definition).filter((one) => !known.has(JSON.stringify(one)));
  if (faults.length === 0) return;
  const list = faults.map(({ action, input, message }) => `${action} ${input}: ${message}`);
  throw new ConnectorError(`the link cannot work: ${list.join('; ')}`, {
    kind: 'input',
    fields: faults.map(({ action, input, message }) => ({ field: `${action}${input}`, message })),
    hint: 'Nothing was changed. The members of actions: trunkline actions <connector> --json',
  });
}
