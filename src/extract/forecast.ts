import { at } from '../core/action.ts';
import type { Loader } from '../core/destination.ts';
import type { JsonObject, Span } from '../core/stream.ts';
import { knownSlices, type KnownSlices } from './forecast-known.ts';
import { shareOut, type Load } from './forecast-labels.ts';
import { streamGraph } from './graph.ts';
import { outcomeOf } from './outcome.ts';
import { firstPage, itemsOf, nextPage } from './pages.ts';
import type { ExtractDeps, ExtractPlan, ExtractRequest } from './request.ts';
import { LOOKBACK } from './setup.ts';
import { childSlices, rootSlices, valuesOf, type NewSlice } from './slices.ts';
import { rangeOf, spansOf } from './spans.ts';
import { grantedBy } from './scopes.ts';
import { Work } from './work.ts';

/** Parts of a stream that are read to know how large the others are. */
const SAMPLES = 10;
/** Windows of one part that are read for it. */
const SAMPLE_SPANS = 4;
/** Pages of one window that are read for it. */
const SAMPLE_PAGES = 3;

/** What is expected of a stream. */
interface Estimate {
  slices: number;
  calls: number;
  rows: number;
  basis: 'known' | 'counted' | 'sampled';
  /** Some of its rows, for what lies below it. */
  sample: JsonObject[];
}

export type ForecastDeps = Omit<ExtractDeps, 'loader' | 'newRun'> & { loader?: Loader };

/**
 * What a run would ask for: counts where the system tells them, samples where it does not, and what the destination
 * knows of earlier runs. Reads a few pages, and writes nothing.
 * @throws ConnectorError as the calls do; a part that the account has not got counts as empty
 */
export async function planExtraction(deps: ForecastDeps, request: ExtractRequest): Promise<ExtractPlan> {
  return new Forecast(deps, request).make();
}

class Forecast {
  readonly #deps: ForecastDeps;
  readonly #request: ExtractRequest;
  readonly #notes: string[] = [];
  #probes = 0;

  constructor(deps: ForecastDeps, request: ExtractRequest) {
    this.#deps = deps;
    this.#request = request;
  }

  async make(): Promise<ExtractPlan> {
    const { deps, request } = { deps: this.#deps, request: this.#request };
    const { scopes } = await deps.session.signIn();
    const granted = grantedBy(scopes);
    const streams = new Map(Object.values(deps.connector.streams ?? {}).map((one) => [one.name, one]));
    const works = streamGraph(streams, request.streams, granted).map(
      (node) => new Work(node, deps as ExtractDeps, granted),
    );
    const known = await knownSlices(deps.loader, deps.session.connection.name, works);
    const estimates = new Map<Work, Estimate>();
    const byTarget = new Map(works.map((work) => [work.node.target, work]));
    for (const work of works) {
      const above = work.node.parents.map(({ node }) => byTarget.get(node.target) as Work);
      estimates.set(work, await this.#estimate(work, above, estimates, known));
    }
    const loads: Load[] = works.map((work) => ({
      stream: work.name,
      labels: work.labels,
      calls: (estimates.get(work) as Estimate).calls,
    }));
    const shared = await shareOut(deps, loads);
    return {
      streams: works.map((work) => {
        const { calls, rows, basis } = estimates.get(work) as Estimate;
        const [label = '', lane] = work.labels;
        return {
          stream: work.name,
          hidden: work.node.hidden,
          label,
          calls: Math.round(calls),
          rows: Math.round(rows),
          basis,
          ...(lane === undefined ? {} : { lane }),
        };
      }),
      ...shared,
      probes: this.#probes,
      notes: this.#notes,
    };
  }

  async #estimate(
    work: Work,
    above: readonly Work[],
    estimates: ReadonlyMap<Work, Estimate>,
    known: KnownSlices,
  ): Promise<Estimate> {
    const mine = known.of(work);
    if (above.length === 0) return this.#fromSlices(work, rootSlices(work.node), undefined, mine);
    // Several parents tell of the same things: the one that knows most counts.
    const fed = above.map((parent) => this.#fed(parent, work, estimates.get(parent) as Estimate));
    const most = fed.reduce((a, b) => (b.slices > a.slices ? b : a));
    if (this.#again) return this.#fromSlices(work, most.sample, most.slices, mine);
    const fresh = await mine.fresh(most.sample);
    const share = most.sample.length === 0 ? 0 : fresh.length / most.sample.length;
    return this.#fromSlices(work, fresh, most.slices * share + mine.waiting, mine);
  }

  get #again(): boolean {
    const { since, streams } = this.#request;
    return since !== undefined || streams.some(({ mode }) => mode === 'full-refresh');
  }

  /** How many slices a parent's rows give, by those of its rows that are known. */
  #fed(parent: Work, child: Work, estimate: Estimate): { slices: number; sample: NewSlice[] } {
    const { sample, rows } = estimate;
    const slices = sample.flatMap((row) => childSlices(parent.node, child.node, row, this.#deps.now()));
    return { slices: sample.length === 0 ? 0 : (slices.length / sample.length) * rows, sample: slices };
  }

  /** Reads some of the slices; the others are like them. */
  async #fromSlices(
    work: Work,
    candidates: readonly NewSlice[],
    total: number | undefined,
    mine: ReturnType<KnownSlices['of']>,
  ): Promise<Estimate> {
    const chosen = spread(candidates, total === undefined ? candidates.length : SAMPLES);
    const result: Estimate = {
      slices: total ?? chosen.length,
      calls: 0,
      rows: 0,
      basis: 'counted',
      sample: [],
    };
    if (chosen.length === 0) return result;
    for (const slice of chosen) {
      const one = await this.#probe(work, slice, mine);
      result.calls += one.calls;
      result.rows += one.rows;
      result.sample.push(...one.sample);
      if (one.basis === 'sampled') result.basis = 'sampled';
    }
    const factor = result.slices / chosen.length;
    if (factor !== 1) result.basis = 'sampled';
    return { ...result, calls: result.calls * factor, rows: result.rows * factor };
  }

  async #probe(work: Work, slice: NewSlice, mine: ReturnType<KnownSlices['of']>): Promise<Estimate> {
    const { window } = work.node.stream;
    const none: Estimate = { slices: 1, calls: 0, rows: 0, basis: 'counted', sample: [] };
    if (!window) return this.#probeSpan(work, slice, undefined);
    const { anchor, since, until, lookbackMs = LOOKBACK } = this.#request;
    const now = this.#deps.now();
    const range = rangeOf(window, {
      covered: since === undefined ? (mine.covered.get(slice.slice) ?? null) : null,
      from: since ?? null,
      until: until ?? null,
      anchor,
      lookbackMs,
      now,
    });
    const spans = range ? spansOf(window, range) : [];
    const chosen = spread(spans, SAMPLE_SPANS);
    const sum: Estimate = { ...none, calls: 0 };
    for (const span of chosen) {
      const one = await this.#probeSpan(work, slice, span);
      sum.calls += one.calls;
      sum.rows += one.rows;
      sum.sample.push(...one.sample);
      if (one.basis === 'sampled') sum.basis = 'sampled';
    }
    if (chosen.length === spans.length) return sum;
    const factor = spans.length / chosen.length;
    return { ...sum, calls: sum.calls * factor, rows: sum.rows * factor, basis: 'sampled' };
  }

  async #probeSpan(work: Work, slice: NewSlice, span: Span | undefined): Promise<Estimate> {
    const { stream } = work.node;
    const way = work.ways.find(({ open }) => open) ?? work.ways[0];
    const values = valuesOf(slice.at);
    const sample: JsonObject[] = [];
    let params = firstPage(stream.pages);
    let rows = 0;
    for (let page = 1; ; page++) {
      const input = { ...slice.at.params, ...(span && stream.window?.params(span)), ...params };
      this.#probes++;
      let body: unknown;
      try {
        body = await this.#deps.session.call((way as NonNullable<typeof way>).action, input);
      } catch (error) {
        return this.#without(work, error);
      }
      const items = itemsOf(stream, body);
      const made = items.flatMap((item) => (stream.rows ? [...stream.rows(item, values)] : [item]));
      rows += made.length;
      sample.push(...made.map((row) => ({ ...slice.at.carry, ...row })));
      const next = nextPage(stream.pages, params, body, items.length, new Set());
      if (!next) return { slices: 1, calls: page, rows, basis: 'counted', sample };
      const total = Number(at(body, 'total_records') ?? Number.NaN);
      if (total > 0 && items.length > 0) {
        return { slices: 1, calls: Math.ceil(total / items.length), rows: total, basis: 'counted', sample };
      }
      if (page === SAMPLE_PAGES) {
        this.#note(`${work.name} does not say how many rows it has: there may be more than ${rows}.`);
        return { slices: 1, calls: page, rows, basis: 'sampled', sample };
      }
      params = next;
    }
  }

  #without(work: Work, thrown: unknown): Estimate {
    const outcome = outcomeOf(thrown, false);
    const { error } = outcome;
    if (outcome.what !== 'skip' && outcome.what !== 'stream') throw error;
    this.#note(`${work.name}: ${error.message.replace(/\.$/, '')}. ${error.hint}`);
    return { slices: 1, calls: 1, rows: 0, basis: 'sampled', sample: [] };
  }

  #note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text);
  }
}

/** Some of many, from all over the list. */
function spread<T>(all: readonly T[], n: number): T[] {
  if (all.length <= n) return [...all];
  return Array.from({ length: n }, (_, i) => all[Math.floor((i * all.length) / n)] as T);
}
