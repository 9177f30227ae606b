const CUE_TIME = /^(\d+:)?\d{2}:\d{2}\.\d{3} --> /;

/** The words of a WebVTT file, a line for each cue, without numbers and times: `Ada Lovelace: Good morning.` */
export function textOfVtt(vtt: string): string {
  return vtt
    .replace(/^\uFEFF/, '')
    .split(/(?:\r?\n){2,}/)
    .flatMap((block) => {
      const lines = block.split(/\r?\n/);
      const time = lines.findIndex((line) => CUE_TIME.test(line));
      const words = lines
        .slice(time + 1)
        .join(' ')
        .trim();
      // Blocks without a time are the head of the file and notes.
      return time === -1 || words === '' ? [] : [words];
    })
    .join('\n');
}
