/** What was used in an instance, as the account's history tells it. */
import { random } from '../random.ts';
import { hasQuestions } from './asked.ts';
import { pollReplies, pollsOf, surveyOf } from './forms.ts';
import type { Instance } from './schedule.ts';
import { hasSummary } from './summaries.ts';
import type { World } from './world.ts';

/** Those that the world knows something of; the rest is chance or never. */
const KNOWN: Readonly<Record<string, (world: World, instance: Instance) => boolean>> = {
  poll: (world, instance) => pollsOf(world, instance.series).length > 0,
  registration: (_, { series }) => series.registration,
  record_to_cloud: (_, { recorded }) => recorded,
  meeting_summary: hasSummary,
  screen_sharing: () => true,
  video_on: () => true,
};
const BY_CHANCE: Readonly<Record<string, number>> = {
  in_meeting_chat: 0.5,
  reaction: 0.4,
  raise_hand: 0.3,
  waiting_room: 0.3,
  breakout_room: 0.2,
  annotation: 0.1,
  whiteboard: 0.1,
  telephone_usage: 0.1,
  virtual_background: 0.6,
  live_transcription: 0.2,
  file_sharing: 0.2,
  switch_to_mobile: 0.1,
};
const NEVER = [
  'remote_control',
  'closed_caption',
  'language_interpretation',
  'join_by_room',
  'zoom_apps',
  'immersive_scene',
  'avatar',
  'meeting_questions',
  'record_to_computer',
  'live_translation',
  'smart_recording',
  'multi_speaker',
  'meeting_wallpaper',
  'gen_ai_virtual_background',
  'multi_share',
  'document_collaboration',
  'portrait_lighting',
  'personalized_audio_isolation',
  'color_themes',
];

/** Every feature by its name. */
export const FEATURES: readonly string[] = [...Object.keys(KNOWN), ...Object.keys(BY_CHANCE), ...NEVER];

/** Which of them were used. */
export function featuresOf(world: World, instance: Instance): Record<string, boolean> {
  const used: Record<string, boolean> = {};
  for (const [name, of] of Object.entries(KNOWN)) used[name] = of(world, instance);
  const stream = random(world.ground.seed, 'features', instance.uuid);
  for (const [name, share] of Object.entries(BY_CHANCE)) used[name] = stream.chance(share);
  for (const name of NEVER) used[name] = false;
  return used;
}

/** The kinds of reports that an instance may have. */
export const REPORTS = ['all', 'poll', 'survey', 'qa', 'resource', 'reaction'] as const;

/** Whether an instance has data of that kind. */
export function hasReport(world: World, instance: Instance, kind: (typeof REPORTS)[number]): boolean {
  switch (kind) {
    case 'all':
      return true;
    case 'poll':
      return pollsOf(world, instance.series).length > 0 && pollReplies(world, instance).length > 0;
    case 'survey':
      return surveyOf(world, instance.series) !== undefined;
    case 'qa':
      return hasQuestions(world, instance);
    case 'reaction':
      return featuresOf(world, instance)['reaction'] === true;
    default:
      return false;
  }
}
