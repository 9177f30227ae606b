import type { Place } from './faults.ts';

/** Why an operation cannot come in. The fault itself is recorded where it stands. */
export class LeftOut extends Error {
  readonly place: Place | undefined;

  /** @param place where the fault is, when it is not recorded yet */
  constructor(message: string, place?: Place) {
    super(message);
    this.place = place;
  }
}
