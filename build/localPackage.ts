/**
 * The installed package that a notebook means by `npm:name@range/path`, or by the CDN address that notebook-kit makes of
 * it; undefined for an address of any other kind. The range is left out: the installed version is the only one there is.
 */
export function localPackage(specifier: string): string | undefined {
  const match =
    /^(?:npm:|https:\/\/cdn\.jsdelivr\.net\/npm\/)(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@[^/]+)?(?<path>\/.*)?$/.exec(
      specifier,
    );
  if (!match?.groups) return undefined;
  const path = (match.groups.path ?? "").replace(/\/\+esm$/, "");
  return match.groups.name + path;
}
