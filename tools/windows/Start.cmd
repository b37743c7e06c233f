@echo off
chcp 65001 >nul
title bibliobus
if not exist "%~dp0runtime\python.exe" goto packed
if not exist "%~dp0site-packages\bibliobus" goto packed
set "NUMBA_CACHE_DIR=%LOCALAPPDATA%\bibliobus\numba"
set "PATH=%~dp0bin;%PATH%"
"%~dp0runtime\python.exe" -X utf8 -X "pycache_prefix=%LOCALAPPDATA%\bibliobus\pycache" "%~dp0start.py" --lang LANGUAGE
if errorlevel 1 pause
exit /b
:packed
echo Спершу розпакуйте увесь архів (правою кнопкою - «Видобути все»), потім відкрийте цей файл у новій теці.
echo Unpack the whole archive first (right button, "Extract all"), then open this file in the new folder.
pause
exit /b 1
