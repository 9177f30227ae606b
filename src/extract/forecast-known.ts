import type { Loader } from '../core/destination.ts';
import { fitBookkeeping, SLICES } from './bookkeeping.ts';
import { LOOKBACK } from './setup.ts';
import type { NewSlice } from './slices.ts';
import type { Work } from './work.ts';

/** What a destination knows of a stream from earlier runs. */
export interface KnownOfStream {
  /** Slices that were not read yet, and will be without being found again. */
  waiting: number;
  /** Up to where its windows were read, by slice. Milliseconds. */
  covered: ReadonlyMap<string, number>;
  /** Those of the slices that a run would read: what is final and was read is left out. */
  fresh(slices: readonly NewSlice[]): Promise<NewSlice[]>;
}

export interface KnownSlices {
  of(work: Work): KnownOfStream;
}

const NOTHING: KnownOfStream = { waiting: 0, covered: new Map(), fresh: async (slices) => [...slices] };

/** Reads it; nothing is known of a destination that is not there yet. */
export async function knownSlices(
  loader: Loader | undefined,
  connection: string,
  works: readonly Work[],
): Promise<KnownSlices> {
  const known = new Map<Work, KnownOfStream>();
  if (loader) {
    for (const work of works) {
      known.set(
        work,
        await loader.transaction(async (tx) => {
          await fitBookkeeping(tx);
          const table = tx.name(SLICES.name);
          const where = 'WHERE connection = $1 AND target = $2';
          const params = [connection, work.node.target];
          const [found] = await tx.query<{ n: number }>(
            `SELECT count(*) AS n FROM ${table} ${where} AND state = 'waiting' AND ended_at IS NOT NULL`,
            params,
          );
          const rows = await tx.query<{ slice: string; covered: number }>(
            `SELECT slice, covered FROM ${table} ${where} AND covered IS NOT NULL AND from_at IS NULL`,
            params,
          );
          const covered = new Map(rows.map((row) => [row.slice, row.covered]));
          return {
            waiting: found?.n ?? 0,
            covered,
            fresh: (slices: readonly NewSlice[]) => freshOf(loader, params, slices),
          };
        }),
      );
    }
  }
  return { of: (work) => known.get(work) ?? NOTHING };
}

async function freshOf(
  loader: Loader,
  params: readonly string[],
  slices: readonly NewSlice[],
): Promise<NewSlice[]> {
  const fresh: NewSlice[] = [];
  for (const slice of slices) {
    const [known] = await loader.transaction((tx) =>
      tx.query<{ state: string; read_at: number | null; ended_at: number | null }>(
        `SELECT state, read_at, ended_at FROM ${tx.name(SLICES.name)} WHERE connection = $1 AND target = $2 AND slice = $3`,
        [...params, slice.slice],
      ),
    );
    const endedAt = slice.endedAt === null ? null : Math.min(slice.endedAt, known?.ended_at ?? slice.endedAt);
    const settled = endedAt !== null && known?.state === 'done' && (known.read_at ?? 0) >= endedAt + LOOKBACK;
    if (!settled) fresh.push(slice);
  }
  return fresh;
}
