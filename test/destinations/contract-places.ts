import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Destination, Layout, Loader, Table, TableChange, Value } from '../../src/core/destination.ts';
import type { ConnectorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import { canonicalRows } from './contract-rows.ts';

/** What the contract needs to know of a destination that it runs over. */
export interface Rig {
  destination: Destination;
  /** The URL of its module and the name of its export, for a process of its own. */
  module: string;
  exportName: string;
  /** URL of a place where nothing is yet; gone after the test. */
  fresh(t: TestContext): Promise<string>;
  /**
   * The rows of a table as readers see them, in any order, values in the order of `table.columns` and in the form that
   * `merge` takes them. Undefined when there is no such table. `loader` is the one that has it open.
   */
  read(url: string, table: Table, loader: Loader): Promise<Value[][] | undefined>;
  /** Runs statements of somebody else. Not for destinations in which nobody else can make tables. */
  foreign?: (url: string, sql: string) => Promise<void>;
  /** How many indexes begin with this column; for destinations that have such. */
  indexes?: (url: string, table: string, column: string) => Promise<number>;
  /** What becomes of a NUL character within a text, and of its escape within JSON. */
  nul: 'kept' | 'replaced by U+FFFD';
  /** A JSON null is the same as no value, as in a JSON line. */
  jsonNullIsNone?: boolean;
}

export const MEETINGS: Table = {
  name: 'meetings',
  key: ['uuid'],
  columns: [
    { name: 'uuid', type: 'text' },
    { name: 'topic', type: 'text' },
    { name: 'people', type: 'integer' },
    { name: '_trunkline_run', type: 'text' },
  ],
};

/** Rows of `MEETINGS`. */
export function manyRows(count: number, topic = 'weekly', run = 'run-1'): Value[][] {
  return Array.from({ length: count }, (_, at) => [`uuid-${at}`, `${topic} ${at}`, at % 300, run]);
}

/** Opens a destination; closed after the test. */
export async function openPlace(
  t: TestContext,
  destination: Destination,
  url: string,
  layout: Layout = { monthOf: () => undefined },
): Promise<Loader> {
  const loader = await destination.open(new Secret(url), layout, {
    now: Date.now,
    sleep: (ms) => sleep(ms),
    cwd: tmpdir(),
  });
  t.after(() => loader.close());
  return loader;
}

/** A place where nothing is yet, opened. */
export async function openFresh(t: TestContext, rig: Rig): Promise<{ url: string; loader: Loader }> {
  const url = await rig.fresh(t);
  return { url, loader: await openPlace(t, rig.destination, url) };
}

/** Rows as readers see them, in canonical form and by key. */
export async function seenRows(
  rig: Rig,
  url: string,
  loader: Loader,
  table: Table,
): Promise<Value[][] | undefined> {
  await loader.publish();
  const rows = await rig.read(url, table, loader);
  return rows && canonicalRows(table, rows);
}

/** Makes the table fit and merges rows, in one transaction. */
export async function land(
  loader: Loader,
  table: Table,
  rows: readonly (readonly Value[])[],
  quiet: readonly string[] = [],
): Promise<{ written: number; changes: TableChange[] }> {
  return await loader.transaction(async (tx) => {
    const changes = await tx.fit(table);
    const { written } = await tx.merge(table, rows, { quiet });
    return { written, changes };
  });
}

/** The error that something ends with; fails when it does not. */
export async function refusal(work: Promise<unknown>): Promise<ConnectorError> {
  try {
    await work;
  } catch (error) {
    assert.equal((error as Error).name, 'ConnectorError', String((error as Error).stack));
    return error as ConnectorError;
  }
  return assert.fail('it was not refused');
}

/** A folder that is gone after the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'trunkline-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
