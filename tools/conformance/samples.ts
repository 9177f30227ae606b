import { listActions } from '../../src/core/connector.ts';
import { operationOf, type Subject } from './declarations.ts';
import { brief, type Findings } from './finding.ts';

/** Reads the official sample of every action with the action's own output schema; says how many there were. */
export function checkSamples(subject: Subject, findings: Findings): number {
  const { connector, reference } = subject;
  let count = 0;
  for (const { name, action } of listActions(connector)) {
    const operation = operationOf(subject, action);
    if (!operation) continue;
    for (const { status, body } of reference.samples(operation)) {
      count++;
      const answer = { status, headers: new Headers(), body };
      const parsed = action.output.safeParse(action.read ? action.read(answer) : body);
      for (const issue of parsed.error?.issues ?? []) {
        findings.add({
          check: 'sample',
          operation: `${connector.id} ${operation.name}`,
          member: issue.path.map((part) => (typeof part === 'number' ? '[]' : String(part))).join('.'),
          expected: `the output of ${name} to take the official sample`,
          got: `${issue.message}; the sample begins ${brief(body)}`,
          by: name,
        });
      }
    }
  }
  return count;
}
