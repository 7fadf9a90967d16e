# settings
import os
AUTHOR = 'P. Writer'
SITENAME = "Old Pelican"
SITEURL = 'https://pelican.example.org'
PATH = "content"
TIMEZONE = 'Europe/Berlin'
DEFAULT_LANG = 'en'
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
MENUITEMS = (("About", "/pages/about.html"), ('Out', "https://example.org/"),)
STATIC_PATHS = ['images']
SECRET = os.environ.get("SECRET")
