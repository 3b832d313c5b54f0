/** In the place of the tools that electron-builder would download for an AppImage: they note what the image would hold. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @returns a folder for APPIMAGE_TOOLS_PATH; the image is a list of its files, behind the bytes of the runtime. */
export function appImageTools(folder: string): string {
  const programs = {
    // The runtime is written over the first bytes afterwards.
    'linux-x64/mksquashfs':
      '#!/bin/sh\nset -e\n{ printf 00000000; cat "$1"/*.desktop "$1/AppRun"; ls -R "$1"; } > "$2"\n',
    'linux-x64/desktop-file-validate': '#!/bin/sh\nexit 0\n',
    'runtime-x64': 'stand-in',
    'lib/x64/none': '',
  };
  for (const [name, text] of Object.entries(programs)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }
  return folder;
}
