/**
 * What clients wrote, kept apart from the world: the world is made anew on demand and forgets nothing because it
 * remembers nothing, so only what differs from it takes memory.
 */
import type { WorldUser } from './people.ts';
import type { Registrant } from './registrants.ts';
import type { Series } from './schedule.ts';

/** What became of a recording. */
export type RecordingFate = 'trash' | 'delete';

/** What was done to the registrants of one series. */
export interface RegistrantChanges {
  added: Registrant[];
  statuses: Map<string, Registrant['status']>;
  gone: Set<string>;
}

/** A chat message that somebody sent through the API. */
export interface SentMessage {
  id: string;
  /** The channel, or the two people. */
  place: string;
  sender: WorldUser;
  /** Milliseconds; later than now for scheduled ones. */
  at: number;
  text: string;
  replyTo: string | undefined;
  atItems: unknown;
  richText: unknown;
}

/** Everything written since the start or the last reset. */
export interface Overlay {
  userMade: WorldUser[];
  /** By index. */
  userChanged: Map<number, WorldUser>;
  userGone: Set<number>;
  /** By number: made through the API, or moved to another host. */
  seriesMade: Map<number, Series>;
  /** By number: of the world, with changes. */
  seriesChanged: Map<number, Series>;
  seriesGone: Set<number>;
  /** By the number of the series. */
  registrants: Map<number, RegistrantChanges>;
  /** UUIDs of live instances that were ended. */
  endedEarly: Set<string>;
  /** By UUID, or by UUID and file number for single files. */
  recordings: Map<string, RecordingFate>;
  messages: SentMessage[];
}

/** Nothing written. */
export function emptyOverlay(): Overlay {
  return {
    userMade: [],
    userChanged: new Map(),
    userGone: new Set(),
    seriesMade: new Map(),
    seriesChanged: new Map(),
    seriesGone: new Set(),
    registrants: new Map(),
    endedEarly: new Set(),
    recordings: new Map(),
    messages: [],
  };
}
