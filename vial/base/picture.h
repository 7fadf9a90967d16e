/*
 * Pictures: how large one is shown, from the first bytes of its file.
 *
 * PNG, JPEG (turned as its EXIF says), GIF, WebP, AVIF and SVG. Nothing is decoded: a file of many
 * megabytes costs a few reads of its head.
 */
#pragma once
#include "vial/base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PICTURE_LARGEST = 1000000 }; /* pixels, either way: what says more is believed nothing */

struct picture_size {
    unsigned width, height; /* in CSS pixels; neither is 0 */
};

/*
 * False, and nothing is known: it is no picture of these kinds, or damaged, or one that has no size
 * of its own, as an SVG may.
 */
bool picture_size(struct picture_size *size, str bytes);
bool picture_size_of_file(struct picture_size *size, str path);

/* Of a whole JPEG: 1 to 8, as EXIF counts the ways in which it is turned; 1 where it says nothing.
 */
unsigned picture_orientation(str bytes);

#ifdef __cplusplus
}
#endif
