import type { Stream } from '../../core/stream.ts';
import { columnsOf } from '../../extract/columns.ts';
import type { Mode, StreamChoice } from '../../extract/request.ts';
import { slip } from '../config/nearest.ts';
import { problem, show } from '../config/problem.ts';
import type { Problem } from '../config/problem.ts';
import type { Place, ReplicationStream } from './replication.ts';

const NAMED = 8;

/** What names of columns are for. */
export interface ColumnUse {
  stream: Stream;
  /** Where the names stand; undefined for the command line. */
  line: ReplicationStream | undefined;
  setting: 'select' | 'primary_key' | 'update_key';
  table: string;
  mode: Mode;
}

/** Names of columns that a person wrote, compared with those that the streams have. */
export class ColumnNames {
  // By place: one line may be for many streams, and a name is wrong only when none of them has it.
  readonly #uses = new Map<string, { use: ColumnUse; place: Place; name: string; known: boolean }>();

  known(names: readonly string[], use: ColumnUse): string[] {
    const all = namesOf(use);
    for (const name of names) this.#note(name, use, all.includes(name));
    return names.filter((name) => all.includes(name));
  }

  /** The columns to keep, as `id, topic` names them or `-join_url` leaves them out. */
  selected(names: readonly string[], use: ColumnUse): string[] {
    const without = names.filter((name) => name.startsWith('-')).map((name) => name.slice(1));
    if (without.length === 0) return this.known(names, use);
    const gone = this.known(without, use);
    return namesOf(use).filter((name) => !gone.includes(name));
  }

  problems(): Problem[] {
    return [...this.#uses.values()]
      .filter(({ known }) => !known)
      .map(({ use, place, name }) => {
        const all = namesOf(use);
        const near = slip(name, all);
        const example = near ?? all[0] ?? 'id';
        return problem({
          ...place,
          expected: near ?? `one of its columns: ${some(all)}`,
          got: show(name),
          reason: `${use.stream.name} has no such column`,
          example: place.path === '' ? `--select ${example}` : `${use.setting}: ${example}`,
        });
      });
  }

  #note(name: string, use: ColumnUse, known: boolean): void {
    const place = use.line?.place(use.setting) ?? { source: '--select', path: '' };
    const key = `${place.source} ${place.path} ${name}`;
    const before = this.#uses.get(key);
    this.#uses.set(key, { use, place, name, known: known || before?.known === true });
  }
}

/** The first few of many. */
function some(names: readonly string[]): string {
  return names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ', …' : '');
}

function namesOf({ stream, table, mode }: ColumnUse): string[] {
  const choice: StreamChoice = { stream: stream.name, table, mode, newColumns: 'keep' };
  return columnsOf(stream, choice).map(({ name }) => name);
}
