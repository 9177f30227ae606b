import type { App, ExtractionPlan, ExtractionReport, ExtractionRequest } from '../app/index.ts';
import { millisecondsOf, type Time } from './times.ts';

type Progress = NonNullable<Parameters<App['extract']>[1]>;

/** What is to be read, and where to. */
export interface ExtractOptions extends Pick<
  ExtractionRequest,
  'streams' | 'from' | 'to' | 'mode' | 'select' | 'newColumns' | 'wait' | 'signal'
> {
  /** Reads this range of history again. Without it: what is new. */
  since?: Time | undefined;
  until?: Time | undefined;
  /** Where the first reading of history begins. */
  anchor?: Time | undefined;
  onProgress?: Progress | undefined;
}

/** Reads streams into a destination. */
export function extract(app: App, { onProgress, ...options }: ExtractOptions): Promise<ExtractionReport> {
  return app.extract(requestOf(options), onProgress);
}

/** What that would ask for. */
export function plan(app: App, options: Omit<ExtractOptions, 'onProgress'>): Promise<ExtractionPlan> {
  return app.planExtraction(requestOf(options));
}

function requestOf({ since, until, anchor, ...rest }: Omit<ExtractOptions, 'onProgress'>): ExtractionRequest {
  return {
    ...rest,
    ...(since === undefined ? {} : { since: millisecondsOf(since, 'since') }),
    ...(until === undefined ? {} : { until: millisecondsOf(until, 'until') }),
    ...(anchor === undefined ? {} : { anchor: millisecondsOf(anchor, 'anchor') }),
  };
}
