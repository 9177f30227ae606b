import type { Action } from '../core/action.ts';
import { listActions, type Connector } from '../core/connector.ts';
import { toJsonSchema } from '../core/schema.ts';
import type { Stream } from '../core/stream.ts';

/** An operation as `actions --json` and the API show it. */
export interface ActionView {
  name: string;
  title: string;
  effect: Action['effect'];
  idempotent: boolean;
  budget: string;
  scopes: readonly string[];
  docs: string;
  /** JSON Schema. */
  input: Record<string, unknown>;
  output: Record<string, unknown>;
  /** An input that passes. */
  example: unknown;
  connector: string;
}

/** All operations of a connector; `owner` is the name by which it is found. */
export function actionViews(owner: string, connector: Connector): ActionView[] {
  return listActions(connector).map(({ name, action }) => ({
    name,
    title: action.title,
    effect: action.effect,
    idempotent: action.idempotent,
    budget: action.budget,
    scopes: action.scopes,
    docs: action.docs,
    input: toJsonSchema(action.input, 'input'),
    output: toJsonSchema(action.output, 'output'),
    example: action.example,
    connector: owner,
  }));
}

/** Whether an account may read a stream; null when nobody knows. */
export interface StreamAccess {
  readable: 'yes' | 'no' | 'unknown';
  missing?: string;
}

/** A stream as `streams --json` and the API show it. */
export interface StreamView {
  name: string;
  title: string;
  path: string;
  primaryKey: readonly string[];
  parent: string | null;
  cursor: string | null;
  budget: string;
  scopes: readonly string[];
  docs: string;
  /** JSON Schema. */
  row: Record<string, unknown>;
  connector: string;
  kind: Stream['kind'];
  parents: string[];
  lane: Record<string, unknown> | null;
  plan: string | null;
  readable: boolean | null;
  missingScope: string | null;
}

export function streamView(owner: string, stream: Stream, access: StreamAccess): StreamView {
  const parents = (stream.parents ?? []).map((parent) => parent.stream);
  return {
    name: stream.name,
    title: stream.title,
    path: stream.path,
    primaryKey: stream.primaryKey,
    parent: parents[0] ?? null,
    cursor: stream.cursor ?? null,
    budget: stream.budget,
    scopes: stream.scopes,
    docs: stream.docs,
    row: toJsonSchema(stream.row, 'output'),
    connector: owner,
    kind: stream.kind,
    parents,
    lane: laneOf(stream),
    plan: stream.plan ?? null,
    readable: access.readable === 'unknown' ? null : access.readable === 'yes',
    missingScope: access.missing ?? null,
  };
}

function laneOf({ lane }: Stream): Record<string, unknown> | null {
  if (!lane) return null;
  const { path, budget, scopes, docs } = lane;
  return { path, budget, scopes, docs };
}
