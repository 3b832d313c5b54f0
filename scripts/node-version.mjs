/** Plain JavaScript that any Node can read: stops an older one in words before it meets a .ts file. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Parallax needs Node 22.18 or newer and this is ${process.versions.node}; it brings its own: run "npm ci" once, then start it with "npm start", "npm test" or "npm run -s parallax -- COMMAND".\n`,
  );
  process.exit(2);
}
