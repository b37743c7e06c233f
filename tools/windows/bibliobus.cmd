@echo off
"%~dp0..\runtime\python.exe" -X utf8 -X "pycache_prefix=%LOCALAPPDATA%\bibliobus\pycache" -m bibliobus %*
