import type { Action } from '../../src/core/action.ts';
import { listActions, type Connector } from '../../src/core/connector.ts';
import { describe, fieldErrors } from '../../src/core/schema.ts';
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
export const SERVER = 'https://reference.invalid';

/** Makes every request that the actions can make and checks them, their budgets and scopes; says how many. */
export function checkActions(subject: Subject, findings: Findings): number {
  const { connector } = subject;
  let count = 0;
  for (const { name, action } of listActions(connector)) {
    if (callsAnything(action)) continue;
    const uncovered = (member: string, expected: string, got: string): void =>
      findings.add({
        check: 'coverage',
        operation: `${connector.id} ${name}`,
        member,
        expected,
        got,
        by: name,
      });
    // Without an example that passes, nothing else of the action could be looked at.
    const { error } = action.input.safeParse(action.example);
    if (error) uncovered('example', 'an input that passes', describe(fieldErrors(error)));
    const { inputs, unset } = coveringInputs(action);
    for (const field of unset) {
      uncovered(`input ${field}`, 'a value that the input takes', 'none: add its kind to values.ts');
    }
    const place = { system: connector.id, reference: subject.reference, by: name };
    for (const input of inputs) {
      const request = requestOf(action, input);
      if (!request) continue;
      checkRequest(place, request, findings);
      count++;
    }
    const operation = operationOf(subject, action);
    if (!operation) continue;
    checkDeclared(subject, name, action, operation, findings);
    checkDocs(subject, name, action, operation, findings);
  }
  return count;
}

/** Whether the caller says what is called, so that no operation of the document belongs to the action. */
function callsAnything(action: Action): boolean {
  const { data } = action.input.safeParse(action.example);
  return data !== undefined && action.call(data).budget !== undefined;
}

/** The official operation of an action, found by its own example; undefined when the document has none. */
export function operationOf({ reference }: Subject, action: Action): Operation | undefined {
  if (callsAnything(action)) return undefined;
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

/** The label and the scopes of an action or a stream. */
export function checkDeclared(
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
  const granular = facts.scopes.join(', ');
  const all = [...facts.scopes, ...facts.classicScopes];
  for (const scope of declared.scopes) {
    if (!all.includes(scope)) report(`scope ${scope}`, `one of ${all.join(', ')}`, scope);
  }
  // New apps can have granular scopes only.
  if (facts.scopes.length > 0 && !declared.scopes.some((scope) => facts.scopes.includes(scope))) {
    report('scopes', `one of ${granular}`, declared.scopes.join(', ') || 'none');
  }
}

/** Some documentation addresses end in the operation that they are about: then it must be the one that is called. */
function checkDocs(
  { connector }: Subject,
  by: string,
  { docs }: Action,
  operation: Operation,
  findings: Findings,
): void {
  const [, method, path] = /\/(GET|POST|PUT|PATCH|DELETE)(\/.*)$/.exec(docs) ?? [];
  if (method === undefined || `${method} ${path}` === operation.name) return;
  findings.add({
    check: 'declaration',
    operation: `${connector.id} ${operation.name}`,
    member: 'docs',
    expected: `an address that ends in ${operation.name}`,
    got: docs,
    by,
  });
}
