import { ConnectorError } from '../core/errors.ts';
import type { SliceRow } from './bookkeeping.ts';
import { streamGraph } from './graph.ts';
import { leaveGone } from './gone.ts';
import { Lander, type Landed, type Landing, type ShapedPage } from './landing.ts';
import { leavesHole, outcomeOf } from './outcome.ts';
import { Pool } from './pools.ts';
import { rateOf } from './rate.ts';
import { makeProgress, makeReport } from './report.ts';
import type { ExtractDeps, ExtractProgress, ExtractReport, ExtractRequest } from './request.ts';
import { Scheduler, type Start } from './scheduler.ts';
import { finish, prepare, type Prepared } from './setup.ts';
import { readSlice, type ReaderDeps } from './slice-reader.ts';
import { grantedBy } from './scopes.ts';
import { takeBack } from './take-back.ts';
import { Work } from './work.ts';
import { Writer } from './writer.ts';

/** After so many parts in a row that failed, nothing more is tried: the other side is down. */
const MAX_FAILURES = 25;
/** Progress is told at most this often, in milliseconds. */
const TELL_MS = 250;

/** The destination failed, not the system that is read. */
class LandingFailed extends Error {}

/**
 * Reads streams into a destination: what is new, or what a run that has not ended left over.
 * @throws ConnectorError when nothing could be begun: a stream that does not exist, a table that cannot be used.
 *   Everything later stands in the report.
 */
export async function runExtraction(
  deps: ExtractDeps,
  request: ExtractRequest,
  onProgress: (progress: ExtractProgress) => void = () => undefined,
): Promise<ExtractReport> {
  const { scopes } = await deps.session.signIn();
  const granted = grantedBy(scopes);
  const streams = new Map(Object.values(deps.connector.streams ?? {}).map((stream) => [stream.name, stream]));
  const nodes = streamGraph(streams, request.streams, granted);
  const works = nodes.map((node) => new Work(node, deps, granted));
  const prepared = await prepare(deps.loader, works, deps, request);
  return new Run(deps, request, works, prepared, onProgress).go();
}

class Run {
  readonly #deps: ExtractDeps;
  readonly #request: ExtractRequest;
  readonly #works: readonly Work[];
  readonly #byTarget: ReadonlyMap<string, Work>;
  readonly #prepared: Prepared;
  readonly #onProgress: (progress: ExtractProgress) => void;
  readonly #pools: Map<string, Pool>;
  readonly #scheduler: Scheduler;
  readonly #lander: Lander;
  readonly #writer: Writer;
  readonly #reader: ReaderDeps;
  readonly #startedAt: number;
  readonly #callsBefore: Readonly<Record<string, number>>;
  readonly #refusedBefore: number;
  #fatal: ConnectorError | undefined;
  #failures = 0;
  #active = 0;
  #toldAt = 0;
  #wake: () => void = () => undefined;

  constructor(
    deps: ExtractDeps,
    request: ExtractRequest,
    works: readonly Work[],
    prepared: Prepared,
    onProgress: (progress: ExtractProgress) => void,
  ) {
    this.#deps = deps;
    this.#request = request;
    this.#works = works;
    this.#prepared = prepared;
    this.#onProgress = onProgress;
    this.#startedAt = deps.now();
    this.#callsBefore = { ...deps.session.stats.calls };
    this.#refusedBefore = deps.session.stats.refusedForRate;
    const labels = new Set(works.flatMap((work) => work.labels));
    this.#pools = new Map([...labels].map((label) => [label, new Pool(label, rateOf(deps, label))]));
    this.#scheduler = new Scheduler(works, this.#pools, deps.loader, prepared.rules);
    this.#byTarget = new Map(works.map((work) => [work.node.target, work]));
    this.#lander = new Lander(prepared.rules, this.#byTarget, deps.now, deps.loader);
    this.#writer = new Writer(deps.loader, this.#lander, (work, landed, pages) =>
      this.#landed(work, landed, pages),
    );
    this.#reader = {
      session: deps.session,
      now: deps.now,
      anchor: request.anchor,
      lookbackMs: prepared.rules.lookbackMs,
      land: (landing) => this.#land(landing),
      called: (label) => this.#called(label),
      stopping: () => this.#stopping,
    };
  }

  get #stopping(): boolean {
    return this.#fatal !== undefined || this.#request.signal?.aborted === true;
  }

  async go(): Promise<ExtractReport> {
    const woken = (): void => this.#wake();
    this.#request.signal?.addEventListener('abort', woken);
    try {
      await this.#loop();
      await this.#writer.idle();
      if (this.#fatal?.kind !== 'config') await this.#end();
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      this.#fatal ??= error;
    } finally {
      this.#request.signal?.removeEventListener('abort', woken);
    }
    return this.#report();
  }

  async #loop(): Promise<void> {
    for (;;) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      while (!this.#stopping) {
        const start = this.#scheduler.next(this.#deps.now());
        if (!start) break;
        this.#active++;
        void this.#read(start);
      }
      if (this.#stopping) {
        if (this.#active === 0) return;
      } else if (await this.#scheduler.refill()) continue;
      else if (this.#active === 0) {
        if (this.#scheduler.empty || !(await this.#nextDay())) return;
        continue;
      }
      await woken;
    }
  }

  /** All that is left needs labels that are closed for today; true when they are open again. */
  async #nextDay(): Promise<boolean> {
    const now = this.#deps.now();
    const closed = [...this.#pools.values()].filter((pool) => pool.closedUntil > now);
    if (!this.#request.wait || closed.length === 0) return false;
    const until = Math.min(...closed.map((pool) => pool.closedUntil));
    this.#deps.log('warn', `waits until ${new Date(until).toISOString()}: the daily cap is used up`);
    await Promise.race([
      this.#deps.sleep(until - now),
      new Promise<void>((resolve) => (this.#wake = resolve)),
    ]);
    return !this.#stopping;
  }

  async #read({ work, row, way, pool }: Start): Promise<void> {
    pool.active++;
    try {
      await readSlice(this.#reader, work, row, way);
      this.#failures = 0;
      if (!this.#stopping) this.#scheduler.ended(work, row);
    } catch (thrown) {
      await this.#failed(thrown, { work, row, way, pool });
    } finally {
      pool.active--;
      this.#active--;
      this.#wake();
    }
  }

  async #failed(thrown: unknown, { work, row, way, pool }: Start): Promise<void> {
    if (thrown instanceof LandingFailed) return;
    // Whoever stops the run may end its waits too.
    if (this.#request.signal?.aborted && !(thrown instanceof ConnectorError)) return;
    let outcome;
    // What is not there may still come as long as it is not over for good.
    const { lookbackMs } = this.#prepared.rules;
    const final = row.ended_at !== null && this.#deps.now() >= row.ended_at + lookbackMs;
    try {
      outcome = outcomeOf(thrown, final);
    } catch (cause) {
      this.#fatal ??= bug(work, cause);
      return;
    }
    const now = this.#deps.now();
    const { error } = outcome;
    switch (outcome.what) {
      case 'run':
        this.#fatal ??= error;
        return;
      case 'closed':
        pool.closedUntil = Math.max(pool.closedUntil, now + outcome.ms);
        this.#scheduler.putBack(work, row);
        return;
      case 'stream':
        way.open = false;
        if (work.ways.some(({ open }) => open)) {
          this.#scheduler.putBack(work, row);
          return;
        }
        work.dead = true;
        break;
      case 'skip':
        if (leavesHole(error.kind)) work.hole = true;
        break;
      case 'fail':
        if (++this.#failures >= MAX_FAILURES) this.#fatal ??= down(error);
        break;
    }
    const skip = outcome.what === 'skip' ? outcome : undefined;
    if (!skip) work.error ??= error;
    const ended: SliceRow = {
      ...row,
      state: skip ? 'skipped' : 'failed',
      read_at: now,
      kind: error.kind,
      code: error.code ?? String(error.status ?? ''),
      message: error.message,
      hint: error.hint,
      first_seen: row.first_seen ?? now,
      last_seen: now,
      retry_at: skip ? (skip.after === undefined ? null : now + skip.after) : now,
    };
    const retry = skip?.retry ?? 'by the next run';
    await this.#land({ work, row: ended, rows: [], first: false, retry }).catch(() => undefined);
    this.#scheduler.ended(work, row);
  }

  // Not async: what it was given is not held until it ends.
  #land(landing: Landing): Promise<void> {
    return this.#writer.add(landing).catch((error: unknown) => {
      if (!(error instanceof ConnectorError)) throw error;
      this.#fatal ??= error;
      throw new LandingFailed(error.message, { cause: error });
    });
  }

  #landed(work: Work, landed: Landed, pages: readonly ShapedPage[]): void {
    work.rows += landed.rows;
    work.written += landed.written;
    work.quarantined += landed.quarantined;
    work.deleted += landed.deleted;
    work.changes.push(...landed.changes);
    if (work.shaper && landed.changes.length > 0) work.fitted = work.shaper.version;
    for (const [child, added] of landed.added) {
      child.waiting += added;
      this.#scheduler.added(child);
    }
    for (const { row, retry } of pages) if (row.state !== 'waiting') work.note(row, retry);
    if (landed.added.size > 0) this.#wake();
    this.#tell();
  }

  #called(label: string): void {
    const pool = this.#pools.get(label);
    pool?.count(this.#deps.now(), pool.active >= pool.size);
    this.#tell();
  }

  #tell(): void {
    const now = this.#deps.now();
    if (now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#onProgress(makeProgress(this.#works, this.#pools));
  }

  /** Full refreshes that are whole take the place of what was there. */
  async #end(): Promise<void> {
    const { loader } = this.#deps;
    if (!this.#stopping) await this.#leave();
    for (const work of this.#works) {
      await loader.transaction(async (tx) => {
        await this.#lander.offer(tx, work);
        if (work.node.choice.mode !== 'full-refresh' || work.node.hidden || !this.#isWhole(work)) return;
        await tx.swap(work.table, work.node.choice.table);
      });
    }
    await loader.publish();
    this.#onProgress(makeProgress(this.#works, this.#pools));
    const { outcome } = this.#report();
    await loader.transaction((tx) => finish(tx, this.#prepared, outcome, this.#report(), this.#deps.now()));
  }

  /** What hung below a row that is gone is gone with it. */
  async #leave(): Promise<void> {
    const { rules } = this.#prepared;
    const counts = await this.#deps.loader.transaction((tx) =>
      leaveGone(tx, this.#works, this.#byTarget, rules, this.#deps.now()),
    );
    for (const [work, count] of counts) work.deleted += count;
    for (const work of this.#works) await this.#takeBack(work);
  }

  async #takeBack(work: Work): Promise<void> {
    if (!work.hears) return;
    const { rules, row } = this.#prepared;
    const whole = this.#isWhole(work);
    work.deleted += await this.#deps.loader.transaction((tx) =>
      takeBack(tx, work, rules, row.started_at, whole),
    );
  }

  /** Everything of it, and of what it hangs below, was read. */
  #isWhole(work: Work): boolean {
    if (work.dead || work.hole || work.failed > 0 || work.waiting > 0) return false;
    if (work.done === 0 && work.skipped > 0) return false;
    return work.node.parents.every(({ node }) => this.#isWhole(this.#byTarget.get(node.target) as Work));
  }

  #report(): ExtractReport {
    const { session, now } = this.#deps;
    const calls = Object.fromEntries(
      Object.entries(session.stats.calls).map(([label, n]) => [label, n - (this.#callsBefore[label] ?? 0)]),
    );
    return makeReport({
      prepared: this.#prepared,
      works: this.#works,
      pools: this.#pools,
      calls,
      refusedForRate: session.stats.refusedForRate - this.#refusedBefore,
      wallMs: now() - this.#startedAt,
      stopped: this.#request.signal?.aborted === true,
      fatal: this.#fatal,
    });
  }
}

function down(error: ConnectorError): ConnectorError {
  return new ConnectorError(`${MAX_FAILURES} reads in a row failed, the last one with: ${error.message}`, {
    kind: error.kind,
    hint: `${error.hint} Run it again then: it goes on where it stopped.`,
    cause: error,
  });
}

function bug(work: Work, cause: unknown): ConnectorError {
  return new ConnectorError(
    `the stream '${work.name}' could not be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    { kind: 'contract', hint: 'This is a fault of Trunkline: please report it with the log.', cause },
  );
}
