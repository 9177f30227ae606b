import type { Mode } from '../extract/request.ts';
import type { ExtractionRequest } from './extraction.ts';
import { readReplicationFile } from './replication/read-file.ts';

/** An extraction as plain data, as it comes over a wire. Times are ISO. */
export interface ExtractionBody {
  streams?: readonly string[];
  from?: string;
  to?: string;
  since?: string;
  until?: string;
  anchor?: string;
  mode?: Mode;
  select?: readonly string[];
  newColumns?: 'keep' | 'add';
  wait?: boolean;
  /** Folder that relative paths start from. */
  cwd?: string;
  replication?: { file: string; text: string };
  /** Variables that go before those of the environment. */
  env?: Readonly<Record<string, string>>;
}

/** @throws ConfigError with every problem of the replication file */
export function extractionRequestOf(body: ExtractionBody): ExtractionRequest {
  const { since, until, anchor, replication, env = {}, ...rest } = body;
  const variables = { ...process.env, ...env };
  const { cwd = process.cwd() } = body;
  return {
    ...rest,
    env: variables,
    ...(since !== undefined && { since: Date.parse(since) }),
    ...(until !== undefined && { until: Date.parse(until) }),
    ...(anchor !== undefined && { anchor: Date.parse(anchor) }),
    ...(replication && {
      replication: readReplicationFile({
        path: replication.file,
        cwd,
        env: variables,
        readFile: () => replication.text,
      }),
    }),
  };
}
