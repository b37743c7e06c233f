@echo off
setlocal
if not defined NUMBA_CACHE_DIR set "NUMBA_CACHE_DIR=%LOCALAPPDATA%\bibliobus\numba"
"%~dp0..\runtime\python.exe" -X utf8 -X "pycache_prefix=%LOCALAPPDATA%\bibliobus\pycache" -m bibliobus %*
