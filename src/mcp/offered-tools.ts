import { z } from 'zod';
import type { App } from '../app/index.ts';
import type { Effect } from '../core/action.ts';
import { toJsonSchema } from '../core/schema.ts';
import { meetingTools } from './meeting-tools.ts';
import { toolNames } from './names.ts';
import { isOffered, offeredConnector, type Offer } from './offer.ts';
import type { OwnTool, ToolContext } from './own-tool.ts';
import { findTools, runners } from './reach-tools.ts';
import { recordingTools } from './recording-tools.ts';
import { runAction } from './run-action.ts';
import { syncTools } from './sync-tools.ts';
import { hintsOf, objectSchema, toolOf, type Tool } from './tools.ts';

/** A tool as it is listed, and how it is run. */
export interface OfferedTool {
  tool: Tool & { outputSchema: Tool['inputSchema'] };
  effect: Effect;
  run(context: ToolContext, input: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Refuses what does not fit before anything is asked or done. */
  check: z.ZodObject;
}

/** Everything that is offered, by name, in the order in which it is listed. */
export async function offeredTools(app: App, offer: Offer): Promise<Map<string, OfferedTool>> {
  const own = [...(await meetingsOffered(app, offer)), ...syncTools, ...findTools, runners.read];
  if (offer.write) own.push(runners.write);
  if (offer.destroy.length > 0) own.push(runners.destroy);
  const tools = new Map(own.map((tool) => [tool.name, toOffered(tool)]));
  if (!offer.everyAction) return tools;
  for (const connection of offer.connections) {
    const connector = await offeredConnector(app, offer, connection);
    for (const [name, one] of toolNames(connector, connection)) {
      if (!isOffered(offer, connection, one) || tools.has(name)) continue;
      tools.set(name, {
        tool: { ...toolOf(name, connector, one.action), outputSchema: ACTION_OUTPUT },
        effect: one.action.effect,
        check: z.looseObject({ cursor: z.string().optional() }),
        run: ({ app: house }, { cursor, ...input }) =>
          runAction(house, connection, one.name, one.action, { input, cursor: cursor as string | undefined }),
      });
    }
  }
  return tools;
}

/** Tools about meetings make sense where something holds meetings. */
async function meetingsOffered(app: App, offer: Offer): Promise<readonly OwnTool[]> {
  for (const name of offer.connections) {
    if ((await offeredConnector(app, offer, name)).people) return [...meetingTools, ...recordingTools];
  }
  return [];
}

// What an action answers is the other system's to say, and may have more than is documented.
const ACTION_OUTPUT = objectSchema(toJsonSchema(runners.read.output, 'output'));

function toOffered(tool: OwnTool): OfferedTool {
  const { name, title, description, effect, idempotent, openWorld, input, output } = tool;
  return {
    tool: {
      name,
      title,
      description,
      inputSchema: objectSchema(toJsonSchema(input, 'input')),
      outputSchema: objectSchema(toJsonSchema(output, 'output')),
      annotations: hintsOf(effect, idempotent, openWorld),
    },
    effect,
    check: input,
    run: (context, given) => tool.run(context, given),
  };
}
