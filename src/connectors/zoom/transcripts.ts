/** A file of a recording, as far as looking for transcripts goes. */
interface FileOfRecording {
  file_type?: string | undefined;
  recording_start?: string | undefined;
}

/** The transcripts among the files of a recording, in the order of time: each stretch of recording has its own. */
export function transcriptsOf<File extends FileOfRecording>(files: readonly File[] = []): File[] {
  return files
    .filter((file) => file.file_type === 'TRANSCRIPT')
    .toSorted((a, b) => (a.recording_start ?? '').localeCompare(b.recording_start ?? ''));
}

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
