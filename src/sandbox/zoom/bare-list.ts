/** Lists whose envelope does not say how many rows a page has. */
import { isRecord } from '../record.ts';
import type { SandboxAnswer } from '../types.ts';
import { type Call, type ListShape, type Rows, list } from './call.ts';

/** As `list`, without `page_size`. */
export function bareList<T>(
  call: Call,
  shape: ListShape,
  all: Rows<T>,
  row: (item: T) => unknown,
): SandboxAnswer {
  const answer = list(call, shape, all, row);
  if (!isRecord(answer.json)) return answer;
  const { page_size: _, ...json } = answer.json;
  return { ...answer, json };
}
