/** Rows of lists beside rows of the truth. */
import assert from 'node:assert/strict';
import type { Account, Row } from './zoom-access.ts';

/** That a list has the rows of the truth, no more and none twice; compared by the members named, which are a key. */
export function same(rows: readonly Row[], truth: readonly Row[], ...members: string[]): void {
  const cut = (row: Row): string => JSON.stringify(members.map((member) => row[member]));
  assert.ok(truth.length > 0, 'the truth has rows');
  assert.deepEqual(rows.map(cut).toSorted(inOrder), truth.map(cut).toSorted(inOrder));
  assert.equal(new Set(truth.map(cut)).size, truth.length, 'the members are a key');
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The rows of a list for each parent, with the parent's id in them. */
export async function children(
  account: Account,
  parents: readonly unknown[],
  path: (id: string) => string,
  key: string,
  name: string,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const id of parents) {
    const own = await account.all(path(encodeURIComponent(String(id))), key);
    rows.push(...own.map((row) => ({ ...row, [name]: id })));
  }
  return rows;
}

/** Ids of all users that have one. */
export async function users(account: Account): Promise<string[]> {
  const ids: string[] = [];
  for (const status of ['active', 'inactive']) {
    ids.push(...(await account.all(`/users?status=${status}`, 'users')).map((row) => row['id']));
  }
  return ids;
}
