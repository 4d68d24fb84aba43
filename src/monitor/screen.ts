import type { ReadStream, WriteStream } from 'node:tty';
import ansiEscapes from 'ansi-escapes';

/** A terminal taken over as a whole; `close` gives it back as it was, and may be called twice. */
export interface Screen {
  size(): { readonly columns: number; readonly rows: number };
  draw(lines: readonly string[]): void;
  close(): void;
}

/** Takes over the terminal: alternate screen, no cursor, keys unbuffered. `onKey` gets every key, `onResize` each new size. */
export function openScreen(input: ReadStream, output: WriteStream, onKey: (key: string) => void, onResize: () => void): Screen {
  const receive = (data: Buffer): void => onKey(data.toString('utf8'));
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    process.off('exit', close);
    output.off('resize', onResize);
    input.off('data', receive);
    input.setRawMode(false);
    input.pause();
    output.write(ansiEscapes.cursorShow + ansiEscapes.exitAlternativeScreen);
  };
  // Also on an error that nobody caught: the shell must not be left without cursor and echo.
  process.on('exit', close);
  input.setRawMode(true);
  input.on('data', receive);
  output.on('resize', onResize);
  output.write(ansiEscapes.enterAlternativeScreen + ansiEscapes.cursorHide);
  return {
    size: () => ({ columns: output.columns, rows: output.rows }),
    draw: (lines) =>
      void output.write(
        ansiEscapes.cursorTo(0, 0) + lines.map((line) => line + ansiEscapes.eraseEndLine).join('\r\n') + ansiEscapes.eraseDown,
      ),
    close,
  };
}
