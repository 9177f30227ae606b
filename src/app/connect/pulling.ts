import { ConnectorError } from '../../core/errors.ts';
import { findAction } from '../../core/connector.ts';
import { driftOf, type Drift } from '../../openapi/drift.ts';
import { learn } from '../../openapi/learn.ts';
import { keyOfAction, withEdit } from '../../openapi/overlay-edit.ts';
import { operationsOf } from '../../openapi/overlay.ts';
import { same } from '../../openapi/pointer.ts';
import { diffDefinitions } from '../../openapi/diff.ts';
import { saveOverlay } from './changes.ts';
import { draftOf, type Draft } from './draft.ts';
import type { ConnectHouse } from './house.ts';
import type { Options } from './options.ts';
import { callOnce, openStage, trialInput } from './test-call.ts';
import type { Pulled, PullRequest } from './types.ts';

/** Answers that are learnt from at once, and how large they may be together, in characters. */
const MOST_ANSWERS = 50;
const MOST_CHARACTERS = 20_000_000;

/**
 * Learns the shape of an operation's answer from real ones, and keeps it as an edit over the document. Nothing that was
 * known is narrowed, and what a person wrote stays.
 */
export async function pullAnswer(
  house: ConnectHouse,
  options: Options,
  id: string,
  name: string,
  request: PullRequest,
): Promise<Pulled> {
  const draft = await draftOf(house.table, id);
  const operation = operationsOf(draft.definition).find((one) => one.name === name)?.operation;
  if (!operation) {
    throw new ConnectorError(`${id} has no action ${name}`, {
      kind: 'input',
      hint: `See trunkline actions ${id}`,
    });
  }
  const answers = request.answers ?? (await askFor(house, options, draft, name, operation, request));
  if (answers.length === 0 || answers.length > MOST_ANSWERS) {
    throw new ConnectorError(`from 1 to ${MOST_ANSWERS} answers are learnt from, not ${answers.length}`, {
      kind: 'input',
    });
  }
  if (JSON.stringify(answers).length > MOST_CHARACTERS) {
    throw new ConnectorError('the answers are too large to learn from', {
      kind: 'input',
      hint: 'Give fewer, or shorter lists.',
    });
  }
  const { $defs } = draft.definition;
  const output = learn(operation.output, answers, $defs, keptPlaces(draft, name));
  const drift = distinct(answers.flatMap((answer) => driftOf(answer, operation.output, $defs)));
  const told = { action: name, answers: answers.length, drift, output };
  if (same(output, operation.output)) {
    const diff = diffDefinitions(draft.definition, draft.definition);
    return { id, version: draft.version, changed: false, diff, faults: draft.faults, ...told };
  }
  const by = wroteWhole(draft, name) ? 'person' : 'answers';
  const overlay = withEdit(draft.base, draft.overlay, {
    action: name,
    pointer: '/output',
    value: output,
    by,
  });
  if (typeof overlay === 'string') throw new ConnectorError(overlay, { kind: 'input' });
  const note = `${name}: shape of ${answers.length} answer${answers.length === 1 ? '' : 's'}`;
  return { ...(await saveOverlay(house, draft, overlay, 'pull', note)), ...told };
}

async function askFor(
  house: ConnectHouse,
  options: Options,
  draft: Draft,
  name: string,
  operation: Parameters<typeof callOnce>[2],
  request: PullRequest,
): Promise<unknown[]> {
  const stage = await openStage(house, draft, request.connection, false);
  if (findAction(stage.session.connector, name)?.effect === 'destroy' && !request.destroy) {
    throw new ConnectorError(`${name} destroys something: it is not called to see what it answers`, {
      kind: 'input',
      hint: 'Allow it with --yes, or give an answer that you have: --answer @answer.json',
    });
  }
  const inputs = request.inputs ?? [await trialInput(stage, name, operation, options)];
  const answers: unknown[] = [];
  for (const input of inputs.slice(0, MOST_ANSWERS)) {
    // The answer counts as it came: that it is not as the definition says is why it is pulled.
    const { answer, failure, shape } = await callOnce(
      stage,
      name,
      { ...operation, output: {} },
      input,
      house.now,
    );
    if (shape === undefined) {
      throw new ConnectorError(`${name} gave no answer to learn from: ${failure ?? 'unknown'}`, {
        kind: 'input',
        connector: draft.row.id,
        action: name,
        hint: "Give an input that works: --input '{…}'",
      });
    }
    answers.push(answer);
  }
  return answers;
}

/** Places in the answer's schema that a person wrote. */
function keptPlaces(draft: Draft, action: string): string[] {
  const key = keyOfAction(draft.base, draft.overlay, action);
  const edits = key === undefined ? {} : (draft.overlay.operations[key]?.edits ?? {});
  return Object.entries(edits)
    .filter(([at, { by }]) => by === 'person' && (at === '/output' || at.startsWith('/output/')))
    .map(([at]) => at.slice('/output'.length));
}

function wroteWhole(draft: Draft, action: string): boolean {
  return keptPlaces(draft, action).includes('');
}

function distinct(all: readonly Drift[]): Drift[] {
  return [...new Map(all.map((one) => [`${one.at} ${one.kind}`, one])).values()];
}
