import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectors } from '../../src/catalog.ts';
import type { Action } from '../../src/core/action.ts';
import type { Call } from '../../src/core/call.ts';
import { listActions, type Connector } from '../../src/core/connector.ts';
import { fieldErrors, toJsonSchema } from '../../src/core/schema.ts';
import { toWire } from '../../src/http/request.ts';

/** What everybody who adds an action writes beside it. */
interface Fixture {
  /** Inputs that are refused, with the first thing that is wrong. */
  refused: { input: unknown; error: { field: string; message: string } }[];
  /** An answer in the shape of the official sample; after `read` where the action has one. */
  answer?: unknown;
}

type Json = Readonly<Record<string, unknown>>;

function fixturesOf(connector: Connector): Record<string, Fixture> {
  const file = new URL(`../fixtures/actions/${connector.id}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Fixture>;
}

function callOf(action: Action, input: unknown = action.example): Call {
  return action.call(action.input.parse(input));
}

/** Paths of all members that are undefined, at any depth. */
function undefinedIn(value: unknown, path: string): string[] {
  if (value === undefined) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => undefinedIn(member, `${path}.${key}`));
}

const METHODS: Readonly<Record<Call['method'], readonly Action['effect'][]>> = {
  GET: ['read'],
  HEAD: ['read'],
  POST: ['write'],
  PUT: ['write'],
  PATCH: ['write'],
  DELETE: ['destroy'],
  OPTIONS: ['read'],
  QUERY: ['read'],
};

for (const connector of Object.values<Connector>(connectors)) {
  const fixtures = fixturesOf(connector);

  test(`${connector.id}: every fixture belongs to an action`, () => {
    const names = listActions(connector).map(({ name }) => name);
    assert.deepEqual(Object.keys(fixtures).toSorted(), names.toSorted());
  });

  for (const { name, action } of listActions(connector)) {
    test(`${connector.id} ${name} keeps the contract of actions`, async (t) => {
      await t.test('it says what it is, where its documentation is and what it costs', () => {
        assert.match(action.title, /^[A-Z].{3,70}[^.]$/);
        assert.match(action.docs, /^https:\/\/\S+$/);
        // A raw request needs those of the operation that it calls, whichever that is.
        if (connector.id === 'zoom' && name !== 'raw.request') assert.notDeepEqual(action.scopes, []);
        assert.deepEqual([...new Set(action.scopes)], action.scopes);
        for (const [plan, labels] of Object.entries(connector.budgets)) {
          const free = Object.keys(labels).length === 0;
          assert.ok(free || action.budget in labels, `the plan ${plan} has no budget ${action.budget}`);
        }
      });

      await t.test('it is a frozen literal in the fixed order', () => {
        assert.ok(Object.isFrozen(action));
        const order = 'title docs effect idempotent budget scopes plan input output example call read'.split(
          ' ',
        );
        const keys = Object.keys(action).filter((key) => key !== 'pages');
        assert.deepEqual(
          keys,
          order.filter((key) => keys.includes(key)),
        );
      });

      await t.test('its effect fits its method', () => {
        const { method } = callOf(action);
        assert.ok(METHODS[method].includes(action.effect), `${method} is no ${action.effect}`);
        if (action.effect === 'read') assert.ok(action.idempotent, 'reading twice is reading');
      });

      await t.test('its schemas can be written as JSON Schema, with a sentence for every input', () => {
        const input = toJsonSchema(action.input, 'input');
        toJsonSchema(action.output, 'output');
        assert.equal(input['additionalProperties'], false, 'what it does not know, it refuses');
        for (const [field, schema] of Object.entries((input['properties'] ?? {}) as Record<string, Json>)) {
          assert.match(
            (schema['description'] ?? '') as string,
            /^[A-Z0-9`].+\.$/s,
            `description of ${field}`,
          );
        }
      });

      await t.test('its call is pure and sends nothing that was not given', () => {
        const before = structuredClone(action.example);
        const call = callOf(action);
        assert.deepEqual(callOf(action), call);
        assert.deepEqual(action.example, before);
        assert.match(call.path, /^\/[^?#\s]*$/);
        assert.deepEqual(undefinedIn(call.json ?? {}, 'json'), []);
        const wire = toWire(call, 'https://api.example.com', 'test');
        assert.doesNotMatch(`${wire.url} ${String(wire.body ?? '')}`, /undefined|null|\[object|NaN/);
      });

      await t.test('two bad inputs are refused, each with its message', () => {
        const { refused } = fixtures[name] ?? { refused: [] };
        assert.equal(refused.length, 2, 'two of them');
        for (const { input, error } of refused) {
          const parsed = action.input.safeParse(input);
          assert.ok(parsed.error, `it took ${JSON.stringify(input)}`);
          assert.deepEqual(fieldErrors(parsed.error)[0], error);
        }
      });

      await t.test('its output takes an answer in the shape of the official sample', () => {
        const { answer } = fixtures[name] ?? {};
        const parsed = action.output.safeParse(answer);
        assert.deepEqual(parsed.error && fieldErrors(parsed.error), undefined);
      });
    });
  }
}
