import type { Action } from '../../src/core/action.ts';
import { listActions, type Connector } from '../../src/core/connector.ts';
import { toWire } from '../../src/http/request.ts';
import type { Findings } from './finding.ts';
import type { Operation } from './openapi.ts';
import type { Reference } from './reference.ts';
import { below, checkRequest } from './request-check.ts';
import { coveringInputs } from './values.ts';

/** One system under test. */
export interface Subject {
  connector: Connector;
  reference: Reference;
}

/** Any address: requests are only made, not sent. */
const SERVER = 'https://reference.invalid';

/** Makes every request that the actions can make and checks them, their budgets and scopes; says how many. */
export function checkActions(subject: Subject, findings: Findings): number {
  const { connector } = subject;
  let count = 0;
  for (const { name, action } of listActions(connector)) {
    const { inputs, unset } = coveringInputs(action);
    for (const field of unset) {
      findings.add({
        check: 'coverage',
        operation: `${connector.id} ${name}`,
        member: `input ${field}`,
        expected: 'a value that the input takes',
        got: 'none: tools/conformance/values.ts knows no text of this kind',
        by: name,
      });
    }
    const place = { system: connector.id, reference: subject.reference, by: name };
    for (const input of inputs) {
      const request = requestOf(action, input);
      if (!request) continue;
      checkRequest(place, request, findings);
      count++;
    }
    const operation = operationOf(subject, action);
    if (operation) checkDeclared(subject, name, action, operation, findings);
  }
  return count;
}

/** Streams name their operation, budget and scopes themselves. */
export function checkStreams({ connector, reference }: Subject, findings: Findings): void {
  const byName = new Map(reference.operations.map((operation) => [operation.name, operation]));
  for (const stream of Object.values(connector.streams ?? {})) {
    const operation = byName.get(`GET ${stream.path}`);
    if (operation) checkDeclared({ connector, reference }, stream.name, stream, operation, findings);
    else {
      findings.add({
        check: 'declaration',
        operation: `${connector.id} GET ${stream.path}`,
        member: 'path',
        expected: 'an operation of the document',
        got: stream.path,
        by: stream.name,
      });
    }
  }
}

/** The official operation of an action, found by its own example; undefined when the document has none. */
export function operationOf({ reference }: Subject, action: Action): Operation | undefined {
  const request = requestOf(action, action.example);
  return request && reference.finder.find(request.method, request.rawPath)?.operation;
}

/** Undefined for an input that the action refuses, and for calls to another server than the API. */
function requestOf(action: Action, input: unknown) {
  const parsed = action.input.safeParse(input);
  if (!parsed.success) return undefined;
  const call = action.call(parsed.data);
  if (call.server !== undefined && call.server !== 'api') return undefined;
  return below(toWire(call, SERVER, 'conformance'), SERVER);
}

function checkDeclared(
  { connector, reference }: Subject,
  by: string,
  declared: { budget: string; scopes: readonly string[] },
  operation: Operation,
  findings: Findings,
): void {
  const facts = reference.facts(operation);
  if (!facts) return;
  const report = (member: string, expected: string, got: string): void =>
    findings.add({
      check: 'declaration',
      operation: `${connector.id} ${operation.name}`,
      member,
      expected,
      got,
      by,
    });
  if (facts.budget !== undefined && facts.budget !== declared.budget) {
    report('budget', facts.budget, declared.budget);
  }
  const documented = facts.scopes.join(', ');
  for (const scope of declared.scopes) {
    if (!facts.scopes.includes(scope)) report(`scope ${scope}`, `one of ${documented}`, scope);
  }
  if (declared.scopes.length === 0 && facts.scopes.length > 0) report('scopes', `one of ${documented}`, 'none');
}
