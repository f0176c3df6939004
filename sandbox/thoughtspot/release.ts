/** ThoughtSpot's releases, `26.8.0.cl`: what a cluster of one knows. */

const numbers = (release: string) => (release.match(/\d+/g) ?? []).slice(0, 2).map(Number);

/** Whether a release is the one named or a later one. */
export function isAtLeast(release: string, named: string): boolean {
  const [major = 0, minor = 0] = numbers(release);
  const [wantedMajor = 0, wantedMinor = 0] = numbers(named);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
