import { z } from 'zod';
import type { Place as PathInFlow } from '../../core/mapping.ts';
import { once } from '../../core/once.ts';
import { compileFlow } from '../../flows/compile.ts';
import { flowId, flowSchema, flowWords, type FlowDefinition } from '../../flows/definition.ts';
import { isRecord, pathText, type ConfigDocument, type Path } from './document.ts';
import { problem, type Finding, type Problem } from './problem.ts';
import { explanations, setting } from './settings.ts';

/** Where a setting stands, for what is said about it. */
export type FlowPlace = Pick<Finding, 'source' | 'position' | 'path'>;

/** A flow of the configuration file. */
export interface FileFlow {
  definition: FlowDefinition;
  /** Where a part of it stands in the file. */
  place: (part: PathInFlow) => FlowPlace;
}

/** The block `flows`. */
export const flowsSchema = once(() =>
  setting(z.record(explained(flowId), explained(flowSchema)), {
    expected: 'a map of flows by name',
    example:
      '{ greet: { trigger: { manual: true }, steps: [{ id: find, action: zoom.users.get, input: { userId: me } }] } }',
  }),
);

/** The words that the definition has for its settings, where the messages about the file find them. */
function explained<S extends z.ZodType>(schema: S): S {
  const words = flowWords.get(schema);
  if (words) explanations.add(schema, words);
  const parts: unknown[] =
    schema instanceof z.ZodObject
      ? Object.values(schema.shape)
      : schema instanceof z.ZodArray
        ? [schema.element]
        : schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
          ? [schema.unwrap()]
          : [];
  for (const part of parts) if (part instanceof z.ZodType) explained(part);
  return schema;
}

/** The flows of a file whose form is right; what is wrong with the form others report. */
export function readFlows(document: ConfigDocument | undefined): {
  flows: Record<string, FileFlow>;
  problems: Problem[];
} {
  const value = document?.get(['flows']);
  if (!document || !isRecord(value)) return { flows: {}, problems: [] };
  const flows: Record<string, FileFlow> = {};
  const problems: Problem[] = [];
  for (const [id, written] of Object.entries(value)) {
    const { data } = flowSchema.safeParse(written);
    if (!data || !flowId.safeParse(id).success) continue;
    const place = (part: PathInFlow): FlowPlace => placeOf(document, ['flows', id, ...part]);
    flows[id] = { definition: data, place };
    for (const one of compileFlow(id, data).problems) {
      const at = place(one.place);
      const { example, message } = one;
      problems.push({ ...problem({ ...at, expected: message, example }), message: `${at.path}: ${message}` });
    }
  }
  return { flows, problems };
}

/** The place of the nearest part that the file names. */
function placeOf(document: ConfigDocument, path: Path): FlowPlace {
  for (let length = path.length; length > 0; length--) {
    const spot = document.spot(path.slice(0, length));
    if (spot) return { source: document.file, path: pathText(path), position: spot.value };
  }
  return { source: document.file, path: pathText(path) };
}
