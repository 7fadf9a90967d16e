hugo
