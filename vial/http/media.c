/*
 * media.c - what a file is, by its name
 *
 *   comes in:  "fonts/a.woff2"
 *   goes out:  "font/woff2"
 *
 * A table of our own and not the system's, so that a site is served alike on every machine. Text is
 * told to be UTF-8; JSON and XML say so themselves.
 */
#include "vial/http/http.h"

#include "vial/base/named.h"

#define UTF8 "; charset=utf-8"

/* Sorted by ending, for the search. */
static const struct media {
    const char *ending, *type;
} types[] = {
    { "3gp", "video/3gpp" },
    { "7z", "application/x-7z-compressed" },
    { "aac", "audio/aac" },
    { "adoc", "text/plain" UTF8 },
    { "apk", "application/vnd.android.package-archive" },
    { "apng", "image/apng" },
    { "asc", "text/plain" UTF8 },
    { "atom", "application/atom+xml" },
    { "avi", "video/x-msvideo" },
    { "avif", "image/avif" },
    { "azw3", "application/vnd.amazon.ebook" },
    { "bib", "text/x-bibtex" UTF8 },
    { "bin", "application/octet-stream" },
    { "bmp", "image/bmp" },
    { "br", "application/x-brotli" },
    { "bz2", "application/x-bzip2" },
    { "c", "text/plain" UTF8 },
    { "cbor", "application/cbor" },
    { "cjs", "text/javascript" UTF8 },
    { "conf", "text/plain" UTF8 },
    { "cpp", "text/plain" UTF8 },
    { "css", "text/css" UTF8 },
    { "csv", "text/csv" UTF8 },
    { "deb", "application/vnd.debian.binary-package" },
    { "diff", "text/x-diff" UTF8 },
    { "djvu", "image/vnd.djvu" },
    { "doc", "application/msword" },
    { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
    { "eot", "application/vnd.ms-fontobject" },
    { "epub", "application/epub+zip" },
    { "flac", "audio/flac" },
    { "geojson", "application/geo+json" },
    { "gif", "image/gif" },
    { "glb", "model/gltf-binary" },
    { "gltf", "model/gltf+json" },
    { "gpx", "application/gpx+xml" },
    { "gz", "application/gzip" },
    { "h", "text/plain" UTF8 },
    { "heic", "image/heic" },
    { "heif", "image/heif" },
    { "htm", "text/html" UTF8 },
    { "html", "text/html" UTF8 },
    { "ico", "image/vnd.microsoft.icon" },
    { "ics", "text/calendar" UTF8 },
    { "ini", "text/plain" UTF8 },
    { "iso", "application/vnd.efi.iso" },
    { "jar", "application/java-archive" },
    { "jfif", "image/jpeg" },
    { "jpeg", "image/jpeg" },
    { "jpg", "image/jpeg" },
    { "js", "text/javascript" UTF8 },
    { "json", "application/json" },
    { "json5", "application/json5" },
    { "jsonld", "application/ld+json" },
    { "jxl", "image/jxl" },
    { "key", "application/vnd.apple.keynote" },
    { "kml", "application/vnd.google-earth.kml+xml" },
    { "kmz", "application/vnd.google-earth.kmz" },
    { "log", "text/plain" UTF8 },
    { "m3u8", "application/vnd.apple.mpegurl" },
    { "m4a", "audio/mp4" },
    { "m4v", "video/mp4" },
    { "map", "application/json" },
    { "md", "text/markdown" UTF8 },
    { "mid", "audio/midi" },
    { "midi", "audio/midi" },
    { "mjs", "text/javascript" UTF8 },
    { "mkv", "video/matroska" },
    { "mobi", "application/x-mobipocket-ebook" },
    { "mov", "video/quicktime" },
    { "mp3", "audio/mpeg" },
    { "mp4", "video/mp4" },
    { "mpd", "application/dash+xml" },
    { "mpeg", "video/mpeg" },
    { "mpg", "video/mpeg" },
    { "ndjson", "application/x-ndjson" },
    { "odp", "application/vnd.oasis.opendocument.presentation" },
    { "ods", "application/vnd.oasis.opendocument.spreadsheet" },
    { "odt", "application/vnd.oasis.opendocument.text" },
    { "oga", "audio/ogg" },
    { "ogg", "audio/ogg" },
    { "ogv", "video/ogg" },
    { "opml", "text/x-opml" UTF8 },
    { "opus", "audio/ogg" },
    { "otf", "font/otf" },
    { "patch", "text/x-diff" UTF8 },
    { "pdf", "application/pdf" },
    { "pem", "application/x-pem-file" },
    { "png", "image/png" },
    { "ppt", "application/vnd.ms-powerpoint" },
    { "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
    { "ps", "application/postscript" },
    { "psd", "image/vnd.adobe.photoshop" },
    { "py", "text/plain" UTF8 },
    { "rar", "application/vnd.rar" },
    { "rdf", "application/rdf+xml" },
    { "rs", "text/plain" UTF8 },
    { "rss", "application/rss+xml" },
    { "rst", "text/x-rst" UTF8 },
    { "rtf", "application/rtf" },
    { "sh", "text/plain" UTF8 },
    { "sig", "application/pgp-signature" },
    { "stl", "model/stl" },
    { "svg", "image/svg+xml" },
    { "svgz", "image/svg+xml" },
    { "tar", "application/x-tar" },
    { "tex", "text/x-tex" UTF8 },
    { "tgz", "application/gzip" },
    { "tif", "image/tiff" },
    { "tiff", "image/tiff" },
    { "toml", "application/toml" },
    { "torrent", "application/x-bittorrent" },
    { "ts", "video/mp2t" },
    { "tsv", "text/tab-separated-values" UTF8 },
    { "ttc", "font/collection" },
    { "ttf", "font/ttf" },
    { "txt", "text/plain" UTF8 },
    { "vcf", "text/vcard" UTF8 },
    { "vtt", "text/vtt" UTF8 },
    { "wasm", "application/wasm" },
    { "wav", "audio/wav" },
    { "weba", "audio/webm" },
    { "webm", "video/webm" },
    { "webmanifest", "application/manifest+json" },
    { "webp", "image/webp" },
    { "woff", "font/woff" },
    { "woff2", "font/woff2" },
    { "xhtml", "application/xhtml+xml" },
    { "xls", "application/vnd.ms-excel" },
    { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    { "xml", "application/xml" },
    { "xsl", "application/xslt+xml" },
    { "xslt", "application/xslt+xml" },
    { "xz", "application/x-xz" },
    { "yaml", "application/yaml" },
    { "yml", "application/yaml" },
    { "zip", "application/zip" },
    { "zst", "application/zstd" },
};

str media_type(str file_name)
{
    ptrdiff_t dot = str_rfind_char(file_name, '.'), slash = str_rfind_char(file_name, '/');
    str ending = dot > slash ? str_from(file_name, (size_t)dot + 1) : S("");
    char lower[16];
    const struct media *found;

    if (ending.len > sizeof lower)
        ending.len = 0;
    for (size_t i = 0; i < ending.len; i++)
        lower[i] = to_lower(ending.p[i]);
    found = NAMED(types, str_n(lower, ending.len));
    return found ? str_of(found->type) : S("application/octet-stream");
}
